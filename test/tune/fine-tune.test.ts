import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { Metrics } from '../../src/metrics.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { FrozenEncoder } from '../../src/tune/frozen-encoder.ts'
import { fineTune, type TuneOutcome } from '../../src/tune/fine-tune.ts'
import { planTune } from '../../src/tune/tune-plan.ts'
import { tuneReport } from '../../src/tune/tune-report.ts'
import { HEART_RATE_HZ, heartSound } from './made-heart.ts'

const SUBJECTS = 40
const clock = new SystemClock()
const logger = pino({ level: 'silent' })

describe('fine-tuning on recordings of a site', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigil-tune-'))
    for (let subject = 0; subject < SUBJECTS; subject++)
      await writeFile(join(folder, `${subject}.wav`), wavOf(heartSound(subject % 2 === 0, subject)))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('writes a model that proves itself, names its parent, and answers better on new subjects', async () => {
    const outcome = await tuned('site', rows())
    assert.equal(outcome.outcome, 'written', tuneReport(outcome, '').join('\n'))
    const parent = await readModelFolder('heart-sound')
    const site = await readModelFolder(join(folder, 'site'))
    assert.ok(site.ok && parent.ok, JSON.stringify(site))
    const { card } = site.folder
    assert.deepEqual(card.lineage?.sha256, parent.folder.card.sha256)
    assert.equal(card.name, 'site')
    assert.equal(card.small, undefined)
    assert.ok(card.metrics.some(({ group }) => group === 'sex=female'))
    const encoder = new FrozenEncoder(site.folder, { clock, metrics: new Metrics(), logger })
    assert.equal(await encoder.start(), null, 'its golden cases hold')
    await encoder.stop()
    assert.match(await readFile(join(folder, 'site', 'README.md'), 'utf8'), /\| all \| 80 \| 40 \|/)
  })

  it('refuses the same recording under two subjects, and writes nothing', async () => {
    await copyFile(join(folder, '0.wav'), join(folder, 'copy.wav'))
    const outcome = await tuned('leaking', [...rows(), 'copy.wav,present,another,'])
    assert.ok(outcome.outcome === 'refused')
    assert.ok(outcome.objections.every(({ code }) => code === 'TUNE_LEAKAGE'))
    assert.ok(!existsSync(join(folder, 'leaking')))
  })

  it('refuses labels that are swapped', async () => {
    const swapped = rows().map((row) =>
      row.replace(/present|absent/, (label) => (label === 'present' ? 'absent' : 'present')),
    )
    const outcome = await tuned('swapped', swapped)
    assert.ok(outcome.outcome === 'refused')
    assert.ok(outcome.objections.some(({ code }) => code === 'TUNE_LABELS_CONTRADICT'))
    assert.ok(!existsSync(join(folder, 'swapped')))
  })

  it('says what is wrong with a table by its line, and with what cannot be read', async () => {
    const outcome = await tuned('bad', ['0.wav,loud,s0,', '1.wav,absent,,'])
    assert.ok(outcome.outcome === 'impossible')
    assert.match(
      outcome.why,
      /line 2 of the labels: the label is none of present, unknown, absent; line 3 .* no subject/,
    )
    const said: string[] = []
    await tuned('missing', [...rows(), 'nowhere.wav,absent,s99,'], said)
    assert.ok(
      said.some((line) => /TUNE_UNUSABLE: line 42: FILE_UNREADABLE/.test(line)),
      said.join('\n'),
    )
  })

  it('refuses a smaller file as parent, says what to start from, and writes nothing', async () => {
    const outcome = await tuned('of-small', rows(), [], ['--model', 'heart-sound:small'])
    assert.ok(outcome.outcome === 'refused', tuneReport(outcome, '').join('\n'))
    assert.deepEqual(
      outcome.objections.map(({ code }) => code),
      ['TUNE_PARENT_SMALL'],
    )
    assert.match(tuneReport(outcome, '').join('\n'), /TUNE_PARENT_SMALL heart-sound:small .* start from heart-sound$/)
    assert.ok(!existsSync(join(folder, 'of-small')))
  })

  function rows(): string[] {
    return Array.from({ length: SUBJECTS }, (_, subject) => {
      const sex = subject % 4 < 2 ? 'female' : 'male'
      return `${subject}.wav,${subject % 2 === 0 ? 'present' : 'absent'},s${subject},${sex}`
    })
  }

  async function tuned(
    name: string,
    lines: readonly string[],
    said: string[] = [],
    flags: readonly string[] = [],
  ): Promise<TuneOutcome> {
    const labels = join(folder, `${name}.csv`)
    await writeFile(labels, ['file,label,subject,sex', ...lines].join('\n'))
    const planned = planTune(['--labels', labels, '--out', join(folder, name), '--site', 'a test', ...flags])
    assert.ok(planned.ok)
    const openArchive = (): never => assert.fail('no label names a window of the archive')
    const say = (line: string): void => void said.push(line)
    return fineTune(planned.plan, { config: defaultConfig(), clock, logger, openArchive, say })
  }
})

it('reads the flags of vigil fine-tune, and leaves the others to the settings', () => {
  const planned = planTune(['--labels=l.csv', '--out', 'models/x', '--seed', '7', '--data', '/d', '--database-url=pg'])
  assert.ok(planned.ok)
  assert.deepEqual([planned.plan.name, planned.plan.seed], ['x', 7])
  assert.deepEqual(planned.plan.settingsArgv, ['--data', '/d', '--database-url=pg'])
  const wrong = planTune(['stray', '--seed', '-1'])
  assert.ok(!wrong.ok)
  assert.deepEqual(wrong.problems.length, 4)
})

function wavOf(samples: Int16Array): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const head = Buffer.alloc(44)
  head.write('RIFF')
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(HEART_RATE_HZ, 24)
  head.writeUInt32LE(2 * HEART_RATE_HZ, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

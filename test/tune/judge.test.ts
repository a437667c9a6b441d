import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { bellShaped, seededRandom } from '../../src/acquire/seeded-random.ts'
import { SystemClock } from '../../src/clock.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { readAnchors } from '../../src/tune/anchor.ts'
import { judge, type Judgement } from '../../src/tune/judge.ts'
import { planJudgement } from '../../src/tune/judge-plan.ts'
import type { ScoresFile } from '../../src/tune/scores-file.ts'
import { judgeReport } from '../../src/tune/tune-report.ts'
import { copyOfModel } from '../predict/heart-sound-folder.ts'

const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const FOLDS = 5

test('a candidate that learnt is let through, and its card says what it was made from and how it compares by group', async (t) => {
  const folder = await candidate(t)
  const judgement = await judged(folder, await scores(folder, {}))
  assert.equal(judgement.outcome, 'accepted', judgeReport(judgement, '').join('\n'))
  const read = await readModelFolder(folder)
  const parent = await readModelFolder('heart-sound')
  assert.ok(read.ok && parent.ok, JSON.stringify(read))
  const { card } = read.folder
  assert.equal(card.lineage?.sha256, parent.folder.card.sha256)
  assert.equal(card.training.script, 'a test')
  assert.equal(card.small, undefined)
  assert.ok(
    card.metrics.some(({ group, measure }) => group === 'sex=female' && measure.startsWith('heart_sound: gain')),
  )
  assert.match(await readFile(join(folder, 'README.md'), 'utf8'), /\| all \| 120 \| 60 \|/)
})

test('until it is let through a candidate is no model that a ward loads', async (t) => {
  const folder = await candidate(t)
  assert.ok(!(await readModelFolder(folder)).ok)
  await refusedAs(['TUNE_NOT_BETTER'], folder, await scores(folder, { learns: () => 0 }))
  assert.ok(!(await readModelFolder(folder)).ok)
})

test('one that is worse for a group is refused, however good it is overall', async (t) => {
  const folder = await candidate(t)
  const worse = await scores(folder, { subjects: 160, learns: (subject) => (subject % 8 < 2 ? -1.6 : 2) })
  await refusedAs(['TUNE_WORSE_FOR_GROUP'], folder, worse)
})

test('one that forgets what the parent knew of another answer is refused', async (t) => {
  const folder = await candidate(t)
  const forgets = await scores(folder, {})
  const murmur = forgets.anchor['murmur'] ?? assert.fail('there are children')
  for (const row of murmur) row.candidate = [1 / 3, 1 / 3, 1 / 3]
  await refusedAs(['TUNE_FORGETS'], folder, forgets)
})

test('too few, the same under two subjects, and subjects that the candidate was trained on are refused', async (t) => {
  const folder = await candidate(t)
  await refusedAs(['TUNE_TOO_FEW', 'TUNE_TOO_FEW', 'TUNE_TOO_FEW'], folder, await scores(folder, { subjects: 12 }))
  const leaking = await scores(folder, {})
  const [first, , third, fourth] = leaking.windows
  assert.ok(first !== undefined && third !== undefined && fourth !== undefined)
  leaking.folds[first.fold]?.trainedOn.push(first.subject)
  await refusedAs(['TUNE_LEAKAGE', 'TUNE_LEAKAGE'], folder, leaking)
  const contradicting = await scores(folder, {})
  const [one, , other] = contradicting.windows
  assert.ok(one !== undefined && other !== undefined)
  other.content = one.content
  await refusedAs(['TUNE_LABELS_CONTRADICT'], folder, contradicting)
  const twice = await scores(folder, {})
  const [here, , , , there] = twice.windows
  assert.ok(here !== undefined && there !== undefined)
  there.content = here.content
  await refusedAs(['TUNE_LEAKAGE'], folder, twice)
})

test('scores of another file, against another parent or without its subjects are no scores', async (t) => {
  const folder = await candidate(t)
  const good = await scores(folder, {})
  const why = async (changes: Partial<ScoresFile>): Promise<string> => {
    const judgement = await judged(folder, { ...good, ...changes })
    return judgement.outcome === 'impossible' ? judgement.why : assert.fail(judgement.outcome)
  }
  assert.match(await why({ candidate: { sha256: '0'.repeat(64) } }), /of another model\.onnx/)
  assert.match(await why({ parent: { ...good.parent, sha256: '0'.repeat(64) } }), /another version of heart-sound/)
  assert.match(await why({ anchor: {} }), /lack the subjects of heart-sound for murmur/)
  assert.match(await why({ anchor: { murmur: good.anchor['murmur']?.slice(1) ?? [] } }), /not those that it brings/)
  assert.match(await why({ classes: ['normal', 'abnormal'] }), /classes of heart_sound are others/)
  assert.match(await why({ windows: [] }), /windows/)
})

test('a smaller file is no parent to be held against', async (t) => {
  const folder = await candidate(t)
  const planned = planJudgement(['--model', 'heart-sound:small', '--candidate', folder, '--scores', 'none'])
  assert.ok(planned.ok)
  const judgement = await judge(planned.plan, { clock, logger })
  assert.ok(judgement.outcome === 'refused')
  assert.deepEqual(
    judgement.objections.map(({ code }) => code),
    ['TUNE_PARENT_SMALL'],
  )
})

test('reads the flags of vigil judge', () => {
  const planned = planJudgement(['--candidate', 'c', '--scores=s.json', '--seed', '3'])
  assert.ok(planned.ok)
  assert.deepEqual([planned.plan.model, planned.plan.seed], ['heart-sound', 3])
  const wrong = planJudgement(['--scores', '', '--data', 'd'])
  assert.ok(!wrong.ok)
  assert.equal(wrong.problems.length, 5)
})

interface Site {
  subjects?: number
  /** by how much more than the parent the candidate says the truth of a subject, in log-odds */
  learns?: (subject: number) => number
}

/** The parent's file, but with the card of a training: how it was made, and nothing of how it fares. */
async function candidate(t: TestContext): Promise<string> {
  const folder = await copyOfModel(t)
  const card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')) as Record<string, unknown>
  const training = { script: 'a test', seed: 0, split: 'none', versions: [] }
  await writeFile(join(folder, 'card.json'), JSON.stringify({ ...card, metrics: [], training }))
  return folder
}

/** Two windows a subject, half of them abnormal, of which the parent knows a little. */
async function scores(folder: string, { subjects = 60, learns = () => 2 }: Site): Promise<ScoresFile> {
  const read = await readModelFolder('heart-sound')
  assert.ok(read.ok)
  const { card } = read.folder
  const random = seededRandom(1)
  const sure = (abnormal: boolean, odds: number): number[] => {
    const p = 1 / (1 + Math.exp(abnormal ? -odds : odds))
    return [p, 1 - p]
  }
  const windows = Array.from({ length: subjects * 2 }, (_, index): ScoresFile['windows'][number] => {
    const subject = index >> 1
    const abnormal = subject % 2 === 0
    const odds = 0.4 + bellShaped(random)
    return {
      subject: `s${subject}`,
      groups: { sex: subject % 8 < 2 ? 'male' : 'female' },
      label: abnormal ? 'abnormal' : 'normal',
      content: createHash('sha256').update(`${index}`).digest('hex'),
      fold: subject % FOLDS,
      parent: sure(abnormal, odds),
      candidate: sure(abnormal, odds + learns(subject)),
    }
  })
  const anchors = await readAnchors(read.folder, card.answers)
  const sha256 = createHash('sha256')
    .update(await readFile(join(folder, 'model.onnx')))
    .digest('hex')
  const classesOf = (finding: string): string[] => card.answers.find((one) => one.finding === finding)?.classes ?? []
  return {
    made: 'a test',
    parent: { name: card.name, version: card.version, sha256: card.sha256 },
    candidate: { sha256 },
    finding: 'heart_sound',
    classes: ['abnormal', 'normal'],
    folds: Array.from({ length: FOLDS }, (_, fold) => ({
      trainedOn: Array.from({ length: subjects }, (_each, subject) => subject)
        .filter((subject) => subject % FOLDS !== fold)
        .map((subject) => `s${subject}`),
    })),
    windows,
    anchor: Object.fromEntries(
      [...anchors].map(([finding, examples]) => [
        finding,
        examples.map(({ subject, label, parent }) => ({
          subject,
          label: classesOf(finding)[label] ?? '',
          parent: [...parent],
          candidate: [...parent],
        })),
      ]),
    ),
  }
}

async function judged(folder: string, file: ScoresFile): Promise<Judgement> {
  const path = join(folder, 'scores.json')
  await writeFile(path, JSON.stringify(file))
  const planned = planJudgement(['--candidate', folder, '--scores', path, '--site', 'a test'])
  assert.ok(planned.ok)
  return judge(planned.plan, { clock, logger })
}

async function refusedAs(codes: readonly string[], folder: string, file: ScoresFile): Promise<void> {
  const judgement = await judged(folder, file)
  assert.ok(judgement.outcome === 'refused', judgeReport(judgement, folder).join('\n'))
  assert.deepEqual(
    judgement.objections.map(({ code }) => code),
    codes,
  )
}

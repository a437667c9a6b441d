import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pino from 'pino'
import { type AcquireDeps, runAcquire } from '../../src/acquire/acquire-command.ts'
import { planAcquire } from '../../src/acquire/acquire-plan.ts'
import { SpoolingPublisher } from '../../src/acquire/publisher.ts'
import { type Clock, ManualClock, SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import type { DeadLetter, Outbound, PatientContext, Reading } from '../../src/reading.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { recordingsLike, skip, temporaryFolder, wavFile } from './recordings.ts'

const BED = ['--patient', 'p1', '--unit', 'icu', '--bed', 'Bed 3']
const NOW_MS = Date.parse('2026-03-01T12:00:00Z')

class Ward {
  readonly taken: Outbound[] = []
  readonly lines: string[] = []
  readonly letters: DeadLetter[] = []
  readonly seenAtMs: number[] = []
  away = false
  known: PatientContext | null = null
  readonly deps: AcquireDeps
  readonly #publisher: SpoolingPublisher

  constructor(clock: Clock) {
    const logger = pino({ level: 'silent' })
    const append = (records: readonly Outbound[]): Promise<void> => {
      if (this.away) return Promise.reject(new VigilError('LOG_UNAVAILABLE'))
      this.taken.push(...records)
      this.seenAtMs.push(...records.map(() => clock.nowMs()))
      return Promise.resolve()
    }
    this.#publisher = new SpoolingPublisher({
      refused: (record) => record,
      append,
      folder: temporaryFolder(),
      clock,
      logger,
      retryMs: 100,
    })
    this.deps = {
      clock,
      logger,
      encode: ENCODE,
      publisher: this.#publisher,
      knownContext: () => Promise.resolve(this.known),
      deadLetter: (letter) => Promise.resolve(void this.letters.push(letter)),
      stdout: (line) => void this.lines.push(line),
    }
  }

  context(): PatientContext {
    const decoded = decodeRecord('patient-context', Buffer.from(this.taken[0]?.value ?? []))
    if (!decoded.ok) throw new Error(decoded.code)
    return decoded.record
  }

  readings(): Reading[] {
    return this.taken.slice(1).map(({ topic, value }) => {
      const decoded = decodeRecord(topic as TopicName, Buffer.from(value ?? []))
      if (!decoded.ok) throw new Error(decoded.code)
      const modality = topic === 'vitals' ? 'vitals' : topic === 'heart-audio' ? 'pcg' : 'video'
      return { modality, record: decoded.record } as Reading
    })
  }

  close(): Promise<void> {
    return this.#publisher.close()
  }
}

/** Runs a command on a clock that is moved whenever somebody waits for it. */
async function runOn(clock: ManualClock, run: Promise<0 | 1>): Promise<0 | 1> {
  const real = new SystemClock()
  let over = false
  const done = run.finally(() => (over = true))
  while (!over) {
    await real.sleep(1)
    clock.advance(50)
  }
  return done
}

function written(bytes: Buffer | string, name: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, bytes)
  return path
}

const numericsCsv = (rows: number): string =>
  written(`Time [s],HR\n${[...Array(rows).keys()].map((row) => `${row},${60 + row}`).join('\n')}\n`, 'v.csv')
const sound = (seconds: number): string =>
  written(
    wavFile(
      Array.from({ length: seconds * 1000 }, (_, index) => index % 1000),
      1000,
    ),
    's.wav',
  )

test(
  'an ICU record with its numerics and waveforms, a heart sound and a clip go out together in order',
  { skip },
  async () => {
    const clock = new ManualClock(NOW_MS)
    const ward = new Ward(clock)
    const [waveforms] = recordingsLike('vitals/wfdb_samples', /^0.*\.hea$/)
    const [numerics] = recordingsLike('vitals/bidmc/csv', /_Numerics\.csv$/)
    const [flac] = recordingsLike('heart-sound/circor', /\.flac$/)
    const [clip] = recordingsLike('video/clips/desmoke_lap', /\.avi$/)
    const files = [
      '--vitals',
      waveforms ?? '',
      '--vitals',
      numerics ?? '',
      '--heart-sound',
      flac ?? '',
      '--video',
      clip ?? '',
    ]
    assert.equal(await runAcquire([...BED, ...files, '--site', 'mitral', '--speed', 'max'], ward.deps), 0)

    assert.deepEqual(
      [ward.context().unitId, ward.context().bedId, ward.context().generationMode],
      ['icu', 'Bed 3', 'real'],
    )
    const readings = ward.readings()
    const feeds = new Set(readings.map(({ record }) => record.feedId))
    assert.deepEqual([...feeds].sort(), ['bed-3/monitor', 'bed-3/monitor-2', 'bed-3/scope', 'bed-3/stethoscope'])
    for (const feed of feeds) {
      const own = readings.filter(({ record }) => record.feedId === feed)
      own.forEach(({ record }, index) => {
        assert.equal(record.sequence, (own[0]?.record.sequence ?? 0) + index)
        assert.ok(record.eventTimeMs <= NOW_MS, 'nothing lies in the future')
      })
      assert.equal(own.at(-1)?.record.heartbeat, true, 'the last word is a heartbeat')
      // Silent or over: the feed still says that it is alive.
      const times = own.map(({ record }) => record.eventTimeMs)
      assert.ok(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) <= 6500))
    }
    const spoken = readings.filter(({ record }) => !record.heartbeat)
    const late = spoken.filter(
      ({ record }, index) => record.eventTimeMs < (spoken[index - 1]?.record.eventTimeMs ?? 0) - 2000,
    )
    assert.equal(late.length, 0, 'the streams go forward together')
    assert.equal(ward.lines.length, 4)
    assert.deepEqual(ward.letters, [])
    await ward.close()
  },
)

test('at its own pace a second of recording takes a second, and nothing is sent before it happened', async () => {
  const clock = new ManualClock(NOW_MS)
  const ward = new Ward(clock)
  assert.equal(await runOn(clock, runAcquire([...BED, '--vitals', numericsCsv(8), '--mode', 'test'], ward.deps)), 0)
  const readings = ward.readings().filter(({ record }) => !record.heartbeat)
  assert.equal(readings.length, 8)
  ward.readings().forEach(({ record }, index) => {
    assert.equal(record.generationMode, 'test')
    const lateMs = (ward.seenAtMs[index + 1] ?? 0) - record.eventTimeMs
    assert.ok(lateMs >= 0 && lateMs <= 600, `${lateMs} ms`)
  })
  await ward.close()
})

test('ten times faster from now on still never runs ahead of the clock', async () => {
  const clock = new ManualClock(NOW_MS)
  const ward = new Ward(clock)
  const argv = [...BED, '--vitals', numericsCsv(5), '--speed', '10', '--start', 'now']
  assert.equal(await runOn(clock, runAcquire(argv, ward.deps)), 0)
  ward.readings().forEach(({ record }, index) => assert.ok(record.eventTimeMs <= (ward.seenAtMs[index + 1] ?? 0)))
  await ward.close()
})

test('what is known of a patient stays: the same bed is not said again, another bed changes nothing else', async () => {
  const known = {
    sex: 'female' as const,
    diagnosis: 'sepsis',
    notes: ['on oxygen'],
    effectiveTimeMs: NOW_MS - 86_400_000,
  }
  for (const bedId of ['Bed 3', 'Bed 9']) {
    const ward = new Ward(new ManualClock(NOW_MS))
    const first = new Ward(new ManualClock(NOW_MS))
    await runAcquire([...BED, '--vitals', numericsCsv(3), '--speed', 'max'], first.deps)
    ward.known = { ...first.context(), ...known, bedId }
    assert.equal(await runAcquire([...BED, '--vitals', numericsCsv(3), '--speed', 'max'], ward.deps), 0)
    const contexts = ward.taken.filter(({ topic }) => topic === 'patient-context')
    assert.equal(contexts.length, bedId === 'Bed 3' ? 0 : 1)
    if (bedId === 'Bed 9') {
      const { diagnosis, sex, notes } = ward.context()
      assert.deepEqual([ward.context().bedId, diagnosis, sex, notes], ['Bed 3', 'sepsis', 'female', ['on oxygen']])
    }
    await ward.close()
    await first.close()
  }
})

test('the same start and files give the same records; a later run does not repeat a sequence', async () => {
  const argv = [...BED, '--vitals', numericsCsv(5), '--heart-sound', sound(3), '--speed', 'max']
  const runs: Outbound[][] = []
  for (const start of ['2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-02-01T00:01:00Z']) {
    const ward = new Ward(new ManualClock(NOW_MS))
    assert.equal(await runAcquire([...argv, '--start', start], ward.deps), 0)
    runs.push(ward.taken)
    if (runs.length === 3) {
      const first = Math.min(...ward.readings().map(({ record }) => record.sequence))
      assert.ok(first > Date.parse('2026-02-01T00:00:00Z') + (runs[0]?.length ?? Infinity))
    }
    await ward.close()
  }
  assert.deepEqual(runs[1], runs[0])
})

test('a bad file becomes a dead letter with its code, the others are fed, and the exit code says so', async () => {
  const ward = new Ward(new ManualClock(NOW_MS))
  const cut = written(
    wavFile(
      Array.from({ length: 2500 }, (_, index) => index),
      1000,
      60_000,
    ),
    'cut.wav',
  )
  const empty = written('', 'empty.mp4')
  const argv = [...BED, '--vitals', numericsCsv(4), '--heart-sound', cut, '--video', empty, '--speed', 'max']
  assert.equal(await runAcquire(argv, ward.deps), 1)
  assert.deepEqual(
    ward.letters.map(({ topic, code, partition, offset, detectedBy }) => [topic, code, partition, offset, detectedBy]),
    [
      ['procedure-video', 'FILE_EMPTY', -1, -1, 'acquire'],
      ['heart-audio', 'FILE_TRUNCATED', -1, -1, 'acquire'],
    ],
  )
  assert.equal(ward.letters[0]?.value, null)
  assert.equal(ward.letters[1]?.value?.length, 1024)
  assert.equal(ward.letters[1]?.key?.toString(), 'p1')
  for (const { detail } of ward.letters) assert.ok(!detail.includes('p1') && !detail.includes('.wav'))
  const spoken = ward.readings().filter(({ record }) => !record.heartbeat)
  assert.deepEqual(
    [
      spoken.filter(({ modality }) => modality === 'vitals').length,
      spoken.filter(({ modality }) => modality === 'pcg').length,
    ],
    [4, 3],
  )
  assert.ok(ward.lines.some((line) => line.includes('FILE_TRUNCATED')))
  await ward.close()
})

test('a log that is away at the end leaves the records on disk and says how many', async () => {
  const clock = new ManualClock(NOW_MS)
  const ward = new Ward(clock)
  ward.away = true
  assert.equal(await runOn(clock, runAcquire([...BED, '--vitals', numericsCsv(3), '--speed', 'max'], ward.deps)), 1)
  assert.ok(ward.lines.at(-1)?.startsWith('5 records wait on disk'), ward.lines.at(-1))
  await ward.close()
})

test('a person who stops a feed waits no longer than a moment', async () => {
  const clock = new ManualClock(NOW_MS)
  const ward = new Ward(clock)
  const stop = new AbortController()
  const run = runAcquire([...BED, '--vitals', numericsCsv(1000)], { ...ward.deps, signal: stop.signal })
  const real = new SystemClock()
  while (ward.taken.length < 3) {
    await real.sleep(1)
    clock.advance(100)
  }
  stop.abort()
  await runOn(clock, run)
  assert.ok(ward.taken.length < 20)
  await ward.close()
})

test('every wrong flag is named at once, and settings of the log are handed on', () => {
  const wrong = planAcquire([
    '--patient',
    'p',
    '--unti',
    'u',
    '--speed',
    'fast',
    '--site',
    'elbow',
    '--start',
    'soon',
    'x',
  ])
  assert.deepEqual(wrong, {
    ok: false,
    problems: [
      'unknown flag --unti',
      'unknown argument u',
      'unknown argument x',
      '--unit is missing',
      '--bed is missing',
      '--site is one of aortic, pulmonary, tricuspid, mitral, unknown',
      'name at least one file: --vitals, --heart-sound or --video',
      '--speed is a number from 0.1 to 1000, or max',
      '--start is now, or a date and time of ISO 8601',
    ],
  })
  const right = planAcquire([
    ...BED,
    '--video',
    'a.avi',
    '--fps=2',
    '--kafka-brokers',
    'k:9092',
    '--data=d',
    '--start',
    '2026-01-01T00:00:00Z',
  ])
  assert.ok(right.ok)
  assert.deepEqual(right.plan.settingsArgv, ['--kafka-brokers=k:9092', '--data=d'])
  assert.equal(right.plan.framesPerSecond, 2)
  assert.equal(right.plan.start, Date.parse('2026-01-01T00:00:00Z'))
  assert.deepEqual(planAcquire([...BED, '--vitals', '--video', 'a.avi']), {
    ok: false,
    problems: [
      '--vitals needs a value',
      'unknown argument a.avi',
      'name at least one file: --vitals, --heart-sound or --video',
    ],
  })
})

test('a start in the future is refused and nothing is sent', async () => {
  const ward = new Ward(new ManualClock(NOW_MS))
  assert.equal(await runAcquire([...BED, '--vitals', numericsCsv(2), '--start', '2099-01-01T00:00:00Z'], ward.deps), 1)
  assert.deepEqual([ward.lines, ward.taken], [['--start lies in the future'], []])
  await ward.close()
})

test('a file that is cut while it is fed ends its feed and no other', async () => {
  const clock = new ManualClock(NOW_MS)
  const ward = new Ward(clock)
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'r.dat'), Buffer.alloc(20_000))
  writeFileSync(join(folder, 'r.hea'), 'r 1 100 10000\nr.dat 16 200 16 0 0 0 0 II\n')
  const run = runAcquire([...BED, '--vitals', join(folder, 'r.hea'), '--vitals', numericsCsv(100)], ward.deps)
  const real = new SystemClock()
  while (ward.taken.length < 8) {
    await real.sleep(1)
    clock.advance(100)
  }
  truncateSync(join(folder, 'r.dat'), 0)
  assert.equal(await runOn(clock, run), 1)
  assert.deepEqual(
    ward.letters.map(({ topic, code }) => [topic, code]),
    [['vitals', 'FILE_UNREADABLE']],
  )
  assert.ok(
    ward.readings().filter(({ record }) => record.feedId === 'bed-3/monitor-2' && !record.heartbeat).length === 100,
  )
  await ward.close()
})

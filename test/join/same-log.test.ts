import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import type { Log } from '../../src/ingest/log.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import type { RecordOf, TopicName } from '../../src/ingest/topics.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor } from '../../src/predict/predictor.ts'
import { cases } from '../support/cases.ts'
import { Digits, MOST_DIGITS } from '../support/digits.ts'
import { ObservedLog } from '../support/observed-log.ts'
import { type Entry, logs, settings, START_MS } from './generated-log.ts'
import type { JoinSettings } from './join-under-test.ts'
import { longAfter } from './polls.ts'
import { referenceJoin } from './reference-join.ts'
import { byName, type Outcome } from './told-outcome.ts'

/** Without the contexts: of those a log keeps the newest of a patient, so that a copy of it has other offsets. */
const INPUTS = ['vitals', 'heart-audio', 'procedure-video'] as const
const logger = pino({ level: 'silent' })

/** whole: the log is there before it is read. live: each moment is read to its end. killed: live, and the process dies. */
type Reading = 'whole' | 'live' | 'killed'

/** A window without what predict says of it. */
interface ToldWindow {
  name: string
  closedBy: string
  counts: readonly number[]
  sources: object
}
interface ToldLog {
  windows: ToldWindow[]
  digests: string[]
  late: string[]
  dead: string[]
}

describe('the same log, embedded', () => {
  const quiet = { clock: new SystemClock(), metrics: new Metrics(), logger }
  const predictor = createPredictor({ ...quiet, config: defaultConfig({ models: [] }) })
  before(() => predictor.start())
  after(() => predictor.stop())

  /** Appends the entries at their times and reads them with the stage; what it left in the log, and the inputs as they lie there. */
  async function told(entries: readonly Entry[], given: JoinSettings, reading: Reading, deaths: readonly number[]) {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-same-log-'))
    const clock = new ManualClock(START_MS)
    const config = defaultConfig({
      dataDir: folder,
      partitions: 1,
      logSyncMs: 60_000,
      windowSizeMs: given.sizeMs,
      windowGraceMs: given.graceMs,
      sourceIdleMs: given.sourceIdleMs,
      windowWaitMs: given.windowWaitMs,
      futureToleranceMs: given.futureToleranceMs,
    })
    const metrics = new Metrics()
    let disk = await openLog(config, clock, logger)
    let observed = new ObservedLog(disk, clock)
    let stage: JoinStage | null = null
    const start = async (): Promise<void> => {
      const log = observed
      stage = new JoinStage({
        ...{ log, config, clock, metrics, logger },
        conclude: (windows) => predictor.conclude(windows).map((answer) => log.during(answer)),
      })
      await stage.start()
    }
    const settle = async (): Promise<void> => {
      while ((await observed.settled()) === 'died') {
        await disk.close()
        disk = await openLog(config, clock, logger)
        observed = new ObservedLog(disk, clock)
        await start()
      }
    }
    try {
      if (reading !== 'whole') await start()
      for (const [index, moment] of momentsOf(entries).entries()) {
        clock.moveTo(moment[0]?.record.appendTimeMs ?? START_MS)
        const death = new Digits(deaths[index % deaths.length] ?? 0)
        if (reading === 'killed' && death.below(4) === 0) {
          const topic = death.of(['predictions', 'join-state', 'late-readings', 'dead-letter'] as const)
          observed.dieAtAppend(topic, death.of(['before', 'after'] as const))
        }
        await disk.append(moment.map(({ record: { topic, key, value } }) => ({ topic, key, value })))
        if (reading !== 'whole') await settle()
      }
      clock.moveTo(longAfter(entries, given) + 1)
      if (reading === 'whole') await start()
      await settle()
      return { outputs: await outputsOf(disk), inputs: await inputsOf(disk, entries), metrics }
    } finally {
      await (stage as JoinStage | null)?.stop()
      await disk.close()
      await rm(folder, { recursive: true, force: true })
    }
  }

  it('comes to what the definition says, read as it grows, through deaths from the committed offset, or again at once', async () => {
    const deaths = fc.array(fc.nat(MOST_DIGITS), { minLength: 5, maxLength: 20, size: 'max' })
    const first = fc.constantFrom('live' as const, 'killed' as const)
    await fc.assert(
      fc.asyncProperty(logs(40), settings, first, deaths, async (log, given, reading, dying) => {
        const entries = log.entries.filter(({ record }) => record.topic !== 'patient-context')
        if (entries.length === 0) return
        const { outputs, inputs } = await told(entries, given, reading, dying)
        const again = await told(inputs, given, 'whole', [])
        const times = (records: readonly Entry[]): number[] => records.map(({ record }) => record.appendTimeMs)
        assert.deepEqual(times(again.inputs), times(inputs), 'it is the same log')
        assert.deepEqual(again.outputs, outputs, 'a second reading comes to the same')
        const { digests, ...rest } = outputs
        assert.equal(digests.length, rest.windows.length)
        assert.deepEqual(rest, expectedOf(referenceJoin(inputs, given, longAfter(inputs, given))))
        // Every record was counted, as a reading or as a dead letter.
        const counted = (await again.metrics.readings.get()).values.reduce((sum, { value }) => sum + value, 0)
        assert.equal(counted + rest.dead.length, inputs.length)
      }),
      cases(20),
    )
  })
})

function momentsOf(entries: readonly Entry[]): Entry[][] {
  const moments = new Map<number, Entry[]>()
  for (const entry of entries) {
    const { appendTimeMs } = entry.record
    moments.set(appendTimeMs, [...(moments.get(appendTimeMs) ?? []), entry])
  }
  return [...moments.values()]
}

/** The entries as they lie in the log, in the order in which it is read. */
async function inputsOf(log: Log, entries: readonly Entry[]): Promise<Entry[]> {
  const inputs: Entry[] = []
  for (const topic of INPUTS) {
    const own = entries.filter(({ record }) => record.topic === topic)
    for await (const record of log.readAll(topic)) {
      const entry = own[record.offset]
      assert.ok(entry !== undefined, `${topic} has as many records as were appended`)
      inputs.push({ ...entry, record })
    }
  }
  return inputs.sort((a, b) => a.record.appendTimeMs - b.record.appendTimeMs)
}

/** One value an id, as every reader of the log deduplicates. */
async function outputsOf(log: Log): Promise<ToldLog> {
  const predictions = await byId(log, 'predictions')
  const windows = predictions.map(
    ({ patientId, windowStartMs, closedBy, vitalsCount, pcgCount, videoCount, sources }) => ({
      name: `${patientId} ${windowStartMs}`,
      closedBy,
      counts: [vitalsCount, pcgCount, videoCount],
      sources: byName(sources),
    }),
  )
  const late = await byId(log, 'late-readings')
  const dead = await byId(log, 'dead-letter')
  return {
    windows: windows.sort((a, b) => (a.name < b.name ? -1 : 1)),
    digests: predictions.map(({ id, contentDigest }) => `${id} ${contentDigest}`).sort(),
    late: late.map(({ id, windowStartMs, latenessMs }) => `${id} ${windowStartMs} ${latenessMs}`).sort(),
    dead: dead.map(({ id, code }) => `${id} ${code}`).sort(),
  }
}

async function byId<T extends 'predictions' | 'late-readings' | 'dead-letter'>(
  log: Log,
  topic: T & TopicName,
): Promise<RecordOf[T][]> {
  const found = new Map<string, RecordOf[T]>()
  for await (const logged of log.readAll(topic)) {
    const read = readRecord<T>(topic, logged)
    assert.ok(read.ok)
    const before = found.get(read.record.id)
    if (before !== undefined) assert.deepEqual(read.record, before, 'what is told again is told the same')
    found.set(read.record.id, read.record)
  }
  return [...found.values()]
}

function expectedOf({ windows, late, dead }: Outcome): Omit<ToldLog, 'digests'> {
  const toldWindows = Object.values(windows)
    .flat()
    .map(({ patientId, startMs, closedBy, vitals, pcg, video, sources }) => ({
      name: `${patientId} ${startMs}`,
      closedBy,
      counts: [vitals.length, pcg.length, video.length],
      sources,
    }))
  const toldLate = Object.values(late).flat()
  return {
    windows: toldWindows.sort((a, b) => (a.name < b.name ? -1 : 1)),
    late: toldLate.map(({ id, windowStartMs, latenessMs }) => `${id} ${windowStartMs} ${latenessMs}`).sort(),
    dead: Object.entries(dead)
      .map(([id, code]) => `${id} ${code}`)
      .sort(),
  }
}

import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { type Config } from '../../src/config.ts'
import { type Log, type LogRecord } from '../../src/ingest/log.ts'
import { partitionOf } from '../../src/ingest/partition-of.ts'
import { type TopicName } from '../../src/ingest/topics.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import { type Predictor } from '../../src/predict/predictor.ts'
import { createRaiseStage } from '../../src/raise/raise-stage.ts'
import { type Outbound } from '../../src/reading.ts'
import { INPUT_TOPICS } from './bed-load.ts'
import { OUTPUT_TOPICS, type Result, resultOf } from './outputs.ts'
import { ReplayLog } from './replay-log.ts'

/** A result of the undisturbed run, and the append time of the record that it waited for, or when time alone brought it. */
export type Expected = Result & {
  causeMs: number
  /** Only time brings it, after the last record: it is there or not, as long as somebody watched. */
  mayBeAbsent: boolean
}

/** Nobody watches longer than this after the last record. */
const WATCHED_ON_MS = 600_000
/** An alert that nobody answers is passed on when it is time, with or without a record: its moment is looked for, so far and so finely. */
const LOOKED_FOR_MS = 60_000
const STEP_MS = 100

type Inputs = ReadonlyMap<number, readonly LogRecord[]>

/** By partition, in the order in which the join must read them. */
export async function inputsOf(log: Log): Promise<Inputs> {
  const perTopic = await Promise.all(
    INPUT_TOPICS.map(async (topic) => {
      const records: LogRecord[] = []
      for await (const record of log.readAll(topic)) records.push(record)
      return records
    }),
  )
  const inputs = new Map<number, LogRecord[]>()
  // Stable: records of one append time stay in the order of their topics.
  for (const record of perTopic.flat().sort((a, b) => a.appendTimeMs - b.appendTimeMs))
    inputs.set(record.partition, [...(inputs.get(record.partition) ?? []), record])
  return inputs
}

/**
 * What nothing disturbs: the same inputs with the same append times, through join, predict and raise, one moment after the
 * other. `predictedMs` tells when a prediction really was appended, which is when raise's clocks begin to run for it.
 */
export async function undisturbedRun(
  inputs: Inputs,
  config: Config,
  predictor: Predictor,
  predictedMs: ReadonlyMap<string, number> = new Map(),
): Promise<Expected[]> {
  const joined = await throughJoin(inputs, config, predictor)
  const raised = await throughRaise(inputs, joined.predictions, config, predictedMs)
  return [...joined.results, ...raised]
}

interface Joined {
  results: Expected[]
  predictions: readonly LogRecord[]
}

async function throughJoin(inputs: Inputs, config: Config, predictor: Predictor): Promise<Joined> {
  const closedMs = new Map<string, number>()
  let nowMs = 0
  const written: Outbound[] = []
  const log = new ReplayLog(config.partitions, (records) => written.push(...records))
  const stage = new JoinStage({
    ...silent(config),
    log,
    conclude: (windows) => {
      for (const { patientId, startMs } of windows) closedMs.set(`${patientId}|${startMs}`, nowMs)
      return predictor.predict(windows)
    },
  })
  await stage.start()
  for (const [partition, records] of inputs)
    for (const moment of momentsOf(records)) {
      nowMs = moment[0]?.appendTimeMs ?? nowMs
      await log.deliver({ partition, records: moment, readThroughMs: nowMs })
    }
  // Its clock stands still, so the stop waits for all outputs however long they take.
  await stage.stop()
  if (stage.health().state === 'failed') throw new Error(`the undisturbed join failed: ${stage.health().detail}`)
  const appended = new Map(
    [...inputs.values()].flat().map(({ topic, partition, offset, appendTimeMs }) => {
      return [`${topic}-${partition}-${offset}`, appendTimeMs]
    }),
  )
  const results: Expected[] = []
  const predictions: LogRecord[] = []
  for (const record of logged(written, config.partitions)) {
    const topic = OUTPUT_TOPICS.find((name) => name === record.topic)
    if (topic === undefined) continue
    const result = resultOf(topic, record)
    const causeMs = appended.get(result.id) ?? closedMs.get(result.window ?? '') ?? 0
    results.push({ ...result, causeMs, mayBeAbsent: false })
    if (topic === 'predictions') predictions.push({ ...record, appendTimeMs: causeMs })
  }
  return { results, predictions }
}

async function throughRaise(
  inputs: Inputs,
  predictions: readonly LogRecord[],
  config: Config,
  predictedMs: ReadonlyMap<string, number>,
): Promise<Expected[]> {
  const results: Expected[] = []
  let nowMs = 0
  let mayBeAbsent = false
  const log = new ReplayLog(config.partitions, (records) => {
    for (const record of logged(records, config.partitions))
      if (record.topic === 'alerts') results.push({ ...resultOf('alerts', record), causeMs: nowMs, mayBeAbsent })
  })
  const stage = createRaiseStage({ ...silent(config), log })
  await stage.start()
  for (let partition = 0; partition < config.partitions; partition++) {
    const own = predictions
      .filter((record) => record.partition === partition)
      .map((record) => {
        const { id } = resultOf('predictions', record)
        return { ...record, appendTimeMs: predictedMs.get(id) ?? record.appendTimeMs }
      })
    const records = [...(inputs.get(partition) ?? []), ...own].sort((a, b) => a.appendTimeMs - b.appendTimeMs)
    for (const record of records) {
      if (record.topic === 'heart-audio' || record.topic === 'procedure-video') continue
      nowMs = record.appendTimeMs
      await log.deliver({ partition, records: [record], readThroughMs: nowMs })
    }
    mayBeAbsent = true
    const lastMs = nowMs
    for (const untilMs = lastMs + LOOKED_FOR_MS; nowMs < untilMs; nowMs += STEP_MS)
      await log.deliver({ partition, records: [], readThroughMs: nowMs })
    await log.deliver({ partition, records: [], readThroughMs: lastMs + WATCHED_ON_MS })
    mayBeAbsent = false
  }
  await stage.stop()
  return results
}

/** Records with one append time are one moment. */
function* momentsOf(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  let moment: LogRecord[] = []
  for (const record of records) {
    if (moment.length > 0 && moment[0]?.appendTimeMs !== record.appendTimeMs) {
      yield moment
      moment = []
    }
    moment.push(record)
  }
  if (moment.length > 0) yield moment
}

/** Written records as a log would hold them. */
function logged(records: readonly Outbound[], partitions: number): LogRecord[] {
  const ends = new Map<string, number>()
  return records.map(({ topic, key, value }) => {
    const partition = partitionOf(key, partitions)
    const offset = ends.get(`${topic}/${partition}`) ?? 0
    ends.set(`${topic}/${partition}`, offset + 1)
    return {
      topic: topic as TopicName,
      partition,
      offset,
      key,
      value: value === null ? null : Buffer.from(value),
      appendTimeMs: 0,
    }
  })
}

/** When each prediction was appended first, by its id. */
export function predictedTimes(results: readonly Result[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const { topic, id, appendTimeMs } of results)
    if (topic === 'predictions') times.set(id, Math.min(times.get(id) ?? Infinity, appendTimeMs))
  return times
}

function silent(config: Config) {
  return { config, clock: new ManualClock(0), metrics: new Metrics(), logger: pino({ level: 'silent' }) }
}

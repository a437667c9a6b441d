import type { Config } from '../../src/config.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import type { Predictor } from '../../src/predict/predictor.ts'
import type { Outbound } from '../../src/reading.ts'
import { OUTPUT_TOPICS, resultOf } from './outputs.ts'
import { ReplayLog } from './replay-log.ts'
import { type Expected, type Inputs, logged, silent } from './undisturbed-inputs.ts'

/** Windows with their predictions, late readings and dead letters, and what raise reads of them. */
export interface UndisturbedWindows {
  results: readonly Expected[]
  predictions: readonly LogRecord[]
}

/**
 * What nothing disturbs: the same inputs with the same append times, through join and predict, one moment after the other.
 */
export async function undisturbedWindows(
  inputs: Inputs,
  config: Config,
  predictor: Predictor,
): Promise<UndisturbedWindows> {
  const closedMs = new Map<string, number>()
  let nowMs = 0
  const written: Outbound[] = []
  const log = new ReplayLog(config.partitions, (records) => written.push(...records))
  const stage = new JoinStage({
    ...silent(config),
    log,
    conclude: (windows) => {
      for (const { patientId, startMs } of windows) closedMs.set(`${patientId}|${startMs}`, nowMs)
      return predictor.conclude(windows)
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

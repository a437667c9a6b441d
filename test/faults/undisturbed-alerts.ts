import type { Config } from '../../src/config.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { createRaiseStage } from '../../src/raise/raise-stage.ts'
import { type Result, resultOf } from './outputs.ts'
import { ReplayLog } from './replay-log.ts'
import { type Expected, type Inputs, logged, silent } from './undisturbed-inputs.ts'

/** Nobody watches longer than this after the last record. */
const WATCHED_ON_MS = 600_000
/** An alert that nobody answers is passed on when it is time, with or without a record: its moment is looked for, so far and so finely. */
const LOOKED_FOR_MS = 60_000
const STEP_MS = 100

/**
 * What raise makes of the inputs and of the undisturbed predictions. `predictedMs` tells when a prediction really was appended,
 * which is when raise's clocks begin to run for it.
 */
export async function undisturbedAlerts(
  inputs: Inputs,
  predictions: readonly LogRecord[],
  config: Config,
  predictedMs: ReadonlyMap<string, number> = new Map(),
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

/** When each prediction was appended first, by its id. */
export function predictedTimes(results: readonly Result[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const { topic, id, appendTimeMs } of results)
    if (topic === 'predictions') times.set(id, Math.min(times.get(id) ?? Infinity, appendTimeMs))
  return times
}

import type { ErrorCode } from '../errors.ts'
import type { Log, LogRecord } from '../ingest/log.ts'
import { readRecord } from '../ingest/record-check.ts'
import type { JoinState } from '../reading.ts'

/** A state that cannot be read: its patient begins anew. */
interface UnreadableState {
  record: LogRecord
  code: ErrorCode
  detail: string
}

/**
 * By partition, the state of every patient to go on from: the one that has closed the most. Behind it in the log may lie the last words of
 * an owner that was held still and did not know yet that it was one no more; to go on from them would be to take sources for idle.
 */
export async function restoredStates(
  log: Log,
  partitions: readonly number[],
  signal?: AbortSignal,
): Promise<{ states: ReadonlyMap<number, ReadonlyMap<string, JoinState>>; unreadable: readonly UnreadableState[] }> {
  const states = new Map<number, Map<string, JoinState>>(partitions.map((partition) => [partition, new Map()]))
  const unreadable: UnreadableState[] = []
  for await (const record of log.readAll('join-state', partitions, signal)) {
    const of = states.get(record.partition)
    const read = record.value === null ? null : readRecord('join-state', record)
    if (read === null) of?.delete(record.key)
    else if (!read.ok) unreadable.push({ record, code: read.code, detail: read.detail })
    else if (read.record.closedThroughMs >= (of?.get(record.key)?.closedThroughMs ?? -Infinity))
      of?.set(record.key, read.record)
  }
  return { states, unreadable }
}

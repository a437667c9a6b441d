import type { Logger } from 'pino'
import type { ErrorCode } from '../errors.ts'
import type { Decoded } from '../ingest/avro-codec.ts'
import { deadLetterOf } from '../ingest/dead-letter.ts'
import type { Log, LogRecord } from '../ingest/log.ts'
import { readRecord } from '../ingest/record-check.ts'
import type { Outbound } from '../reading.ts'
import type { AlertState } from '../records.ts'
import { RAISE_TOPICS } from './raise-topics.ts'

interface UnreadableState {
  code: ErrorCode
  letter: Outbound
}

/**
 * The newest state of every patient in these partitions, by partition. A state that cannot be read becomes a dead letter,
 * and its patient begins anew: what is out of its limits alarms again.
 */
export async function restoredStates(
  log: Log,
  partitions: readonly number[],
  logger: Logger,
  signal?: AbortSignal,
): Promise<{ states: Map<number, AlertState[]>; unreadable: UnreadableState[] }> {
  const newest = new Map<string, Found>()
  for await (const record of log.readAll('alert-state', partitions, signal)) {
    const found = { record, read: record.value === null ? null : readRecord('alert-state', record) }
    if (!isOutdated(found, newest.get(record.key))) newest.set(record.key, found)
  }
  const states = new Map<number, AlertState[]>(partitions.map((partition) => [partition, []]))
  const unreadable: UnreadableState[] = []
  const ends = await endsOf(log)
  for (const { record, read } of newest.values()) {
    if (read === null) continue
    if (read.ok) states.get(record.partition)?.push(withinLog(read.record, record.partition, ends, logger))
    else unreadable.push({ code: read.code, letter: deadLetterOf(record, read.code, read.detail, 'raise') })
  }
  return { states, unreadable }
}

/** A state as it lies in the log; null: it was removed. */
interface Found {
  record: LogRecord
  read: Decoded<AlertState> | null
}

/**
 * The last words of an owner that did not know yet that it was one no more: another has seen more of the log since. It may
 * say nothing of the patient for a while, so they must not count.
 */
function isOutdated({ read }: Found, before: Found | undefined): boolean {
  if (read?.ok !== true || before?.read?.ok !== true) return false
  return read.record.appendTimeMs < before.read.record.appendTimeMs
}

async function endsOf(log: Log): Promise<Map<string, readonly number[]>> {
  return new Map(await Promise.all(RAISE_TOPICS.map(async (topic) => [topic, await log.endOffsets(topic)] as const)))
}

/** A topic that was made anew counts from 0; to wait for the old offsets would be to watch nobody. */
function withinLog(
  state: AlertState,
  partition: number,
  ends: ReadonlyMap<string, readonly number[]>,
  logger: Logger,
): AlertState {
  const applied = Object.entries(state.appliedOffsets).filter(([topic, offset]) => {
    const within = offset <= (ends.get(topic)?.[partition] ?? Infinity)
    if (!within) logger.warn({ topic, partition }, 'topic ends before what was read of it; reading it from where it is')
    return within
  })
  return { ...state, appliedOffsets: Object.fromEntries(applied) }
}

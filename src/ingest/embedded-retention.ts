import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { EmbeddedTables } from './embedded-tables.ts'
import { TOPIC_NAMES, TOPICS, type TopicName } from './topics.ts'

export interface RetentionOptions {
  tables: EmbeddedTables
  clock: Clock
  logger: Logger
  retentionMs: number
  /** of all topics that are not compacted, together */
  retentionBytes: number
}

/** Records that go in one transaction; the event loop goes round between two. */
const SLICE = 200

/** Forgets what is too old or too much, and compacts. Returns when nothing more is due. */
export async function applyRetention(options: RetentionOptions, isClosed: () => boolean): Promise<void> {
  const { tables, clock, logger } = options
  const removed = new Map<TopicName, number>()
  for (let slice = nextSlice(options, removed); slice > 0 && !isClosed(); slice = nextSlice(options, removed))
    await turn()
  while (!isClosed() && tables.compact(clock.nowMs(), SLICE) > 0) await turn()
  if (removed.size > 0) logger.debug({ removed: Object.fromEntries(removed) }, 'retention removed old records')
}

function nextSlice(
  { tables, clock, retentionMs, retentionBytes }: RetentionOptions,
  removed: Map<TopicName, number>,
): number {
  const oldestMs = clock.nowMs() - retentionMs
  let surplus = -retentionBytes
  let first: { topic: TopicName; partition: number; appendTimeMs: number } | null = null
  for (const topic of TOPIC_NAMES) {
    if (TOPICS[topic].kept === 'compact') continue
    for (let partition = 0; partition < tables.partitions; partition++) {
      const { bytes } = tables.extent(topic, partition)
      if (bytes === 0) continue
      surplus += bytes
      const oldest = tables.oldest(topic, partition)
      if (oldest === null) continue
      if (first === null || oldest.appendTimeMs < first.appendTimeMs) {
        first = { topic, partition, appendTimeMs: oldest.appendTimeMs }
      }
    }
  }
  if (first === null || (surplus <= 0 && first.appendTimeMs >= oldestMs)) return 0
  // What is over the size goes oldest first, a second of the log at a time, so that no partition pays for the others.
  const untilMs = surplus > 0 ? Math.max(oldestMs, first.appendTimeMs + 1_000) : oldestMs
  const count = tables.removeOldest(first.topic, first.partition, SLICE, (appendTimeMs, bytes) => {
    const goes = appendTimeMs < oldestMs || (surplus > 0 && appendTimeMs < untilMs)
    if (goes) surplus -= bytes
    return goes
  })
  removed.set(first.topic, (removed.get(first.topic) ?? 0) + count)
  return count
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

import type { Logger } from 'pino'
import type { AppendTime } from './append-time.ts'
import type { EmbeddedTables } from './embedded-tables.ts'
import type { Batch, LogRecord } from './log.ts'
import { BATCH_BYTES, BATCH_RECORDS, earliest, type Run, sizeOf } from './merge.ts'
import type { OnLost } from './offset-out-of-range.ts'
import { TOPICS, type TopicName } from './topics.ts'

export interface ReaderOptions {
  tables: EmbeddedTables
  time: AppendTime
  logger: Logger
  partition: number
  topics: readonly TopicName[]
  delivery: 'merged' | 'arrival'
  /** Where each topic is gone on from. */
  positions: Map<TopicName, number>
  onLost: OnLost | undefined
}

/** Reads one partition number over several topics, batch by batch. */
export class EmbeddedReader {
  readonly #options: ReaderOptions
  #readThroughMs = 0

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** The next batch, perhaps an empty one, and whether more can be had at once. */
  next(): { batch: Batch; more: boolean } {
    const { partition, time, delivery } = this.#options
    const closedMs = delivery === 'merged' ? time.close() : time.closeBefore()
    const { records, exhausted } = this.#collect(delivery === 'merged' ? closedMs : Infinity)
    const lastMs = records.at(-1)?.appendTimeMs
    const throughMs = exhausted ? closedMs : lastMs === undefined ? 0 : lastMs - 1
    this.#readThroughMs = Math.max(this.#readThroughMs, throughMs)
    return { batch: { partition, records, readThroughMs: this.#readThroughMs }, more: !exhausted }
  }

  /** Whether any topic holds something that was not read yet. */
  isBehind(): boolean {
    const { tables, topics, partition, positions } = this.#options
    return topics.some((topic) => (positions.get(topic) ?? 0) < tables.extent(topic, partition).end)
  }

  #collect(untilMs: number): { records: LogRecord[]; exhausted: boolean } {
    if (!this.isBehind()) return { records: [], exhausted: true }
    const runs = this.#options.topics.map((topic) => this.#runOf(topic))
    const records: LogRecord[] = []
    let bytes = 0
    try {
      for (let run = earliest(runs); run !== undefined; run = earliest(runs)) {
        const record = run.head()
        if (record === undefined || record.appendTimeMs > untilMs) break
        if (bytes >= BATCH_BYTES || records.length >= BATCH_RECORDS) return { records, exhausted: false }
        records.push(record)
        bytes += sizeOf(record)
        run.take()
      }
    } finally {
      for (const run of runs) run.end()
    }
    return { records, exhausted: true }
  }

  #runOf(topic: TopicName): Run & { end(): void } {
    const { tables, partition, positions } = this.#options
    const from = positions.get(topic) ?? 0
    const iterator = tables.read(topic, partition, from)
    let head = iterator.next().value as LogRecord | undefined
    const end = tables.extent(topic, partition).end
    if (from < end) this.#reportGap(topic, from, head?.offset ?? end)
    if (head === undefined) positions.set(topic, Math.max(from, end))
    return {
      head: () => head,
      take: () => {
        if (head !== undefined) positions.set(topic, head.offset + 1)
        head = iterator.next().value as LogRecord | undefined
      },
      end: () => void iterator.return(undefined),
    }
  }

  /** Offsets of a compacted topic have gaps; of the others only what retention removed is missing. */
  #reportGap(topic: TopicName, from: number, found: number): void {
    if (found === from || TOPICS[topic].kept === 'compact') return
    const { logger, partition, onLost } = this.#options
    onLost?.(topic, found - from)
    logger.warn({ topic, partition, missing: found - from }, 'records were removed by retention before they were read')
  }
}

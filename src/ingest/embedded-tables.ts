import { type Database, type RootDatabase, open } from 'lmdb'
import { VigilError } from '../errors.ts'
import {
  appendTimeOf,
  dueKey,
  newestKey,
  offsetOf,
  packRecord,
  partitionKey,
  recordKey,
  unpackRecord,
} from './embedded-layout.ts'
import type { LogRecord, Positions } from './log.ts'
import { partitionOf } from './partition-of.ts'
import { TOPIC_NAMES, TOPICS, type TopicName } from './topics.ts'

/** A superseded record stays this long, so that a reader that goes on from its commit finds what it saw before. */
export const COMPACTION_LAG_MS = 300_000
/** A tombstone stays this long, so that readers that were away still see it (Kafka's delete.retention.ms). */
export const TOMBSTONE_LAG_MS = 86_400_000

export interface Entry {
  topic: TopicName
  key: string
  value: Uint8Array | null
}

/** What a partition holds. */
export interface Extent {
  /** the offset the next record gets */
  end: number
  /** bytes of its records */
  bytes: number
}

type Table = Database<Buffer, Buffer>

/** Abortable, committed on return, not forced to disk: lmdb's TransactionFlags, which exist as types only. */
const COMMIT_WITHOUT_SYNC = 0x1 | 0x2 | 0x10000

/** The LMDB side of the embedded log: records, committed positions and compaction, one transaction a change. */
export class EmbeddedTables {
  readonly partitions: number
  readonly #root: RootDatabase<Buffer, Buffer>
  readonly #records: Table
  readonly #extents: Table
  readonly #newest: Table
  readonly #due: Table
  readonly #groups: Table
  readonly #meta: Table
  readonly #known = new Map<TopicName, Extent[]>()
  /** Committed positions that are not in the tables yet, by their key there. */
  readonly #unwritten = new Map<string, number>()
  #lastAppendMs = 0
  #readThroughMs = 0

  constructor(folder: string, partitions: number) {
    this.partitions = partitions
    this.#root = open<Buffer, Buffer>({ path: folder, encoding: 'binary', keyEncoding: 'binary', maxDbs: 8 })
    this.#records = this.#table('records')
    this.#extents = this.#table('extents')
    this.#newest = this.#table('newest')
    this.#due = this.#table('due')
    this.#groups = this.#table('groups')
    this.#meta = this.#table('meta')
    try {
      this.#load()
    } catch (error) {
      void this.#root.close()
      throw error
    }
  }

  /** The append time of the newest record, or what a reader was told it had read through. */
  get lastAppendMs(): number {
    return this.#lastAppendMs
  }

  extent(topic: TopicName, partition: number): Extent {
    const extent = this.#known.get(topic)?.[partition]
    if (extent === undefined) throw new RangeError(`no partition ${partition} of ${topic}`)
    return extent
  }

  /** Appends all entries or none. Returns the partitions that grew, by topic. */
  append(entries: readonly Entry[], appendTimeMs: number): ReadonlyMap<TopicName, ReadonlySet<number>> {
    const grown = new Map<TopicName, Map<number, Extent>>()
    this.transact(() => {
      for (const { topic, key, value } of entries) {
        const partition = partitionOf(key, this.partitions)
        const partitionsOfTopic = grown.get(topic) ?? new Map<number, Extent>()
        grown.set(topic, partitionsOfTopic)
        const extent = partitionsOfTopic.get(partition) ?? { ...this.extent(topic, partition) }
        partitionsOfTopic.set(partition, extent)
        const at = recordKey(topic, partition, extent.end)
        const packed = packRecord(key, value, appendTimeMs)
        void this.#records.put(at, packed)
        if (TOPICS[topic].kept === 'compact') this.#supersede(topic, key, at, value === null, appendTimeMs)
        extent.end++
        extent.bytes += packed.length
      }
      for (const [topic, extents] of grown) {
        for (const [partition, extent] of extents) this.#putExtent(topic, partition, extent)
      }
      this.#putCommitted(appendTimeMs)
    })
    this.#unwritten.clear()
    this.#lastAppendMs = appendTimeMs
    for (const [topic, extents] of grown) {
      for (const [partition, extent] of extents) Object.assign(this.extent(topic, partition), extent)
    }
    return new Map([...grown].map(([topic, extents]) => [topic, new Set(extents.keys())]))
  }

  /** Records from an offset on, in their order. The iterator sees one moment of the log; use it without pause. */
  *read(topic: TopicName, partition: number, from: number): Generator<LogRecord> {
    const { end } = this.extent(topic, partition)
    if (from >= end) return
    const range = { start: recordKey(topic, partition, from), end: recordKey(topic, partition, end) }
    for (const { key, value } of this.#records.getRange(range)) {
      yield unpackRecord(topic, partition, offsetOf(key), value)
    }
  }

  /** The oldest record's place, append time and size, or null for a partition without records. */
  oldest(topic: TopicName, partition: number, from = 0): { offset: number; appendTimeMs: number } | null {
    const range = {
      start: recordKey(topic, partition, from),
      end: recordKey(topic, partition, Number.MAX_SAFE_INTEGER),
    }
    for (const { key, value } of this.#records.getRange({ ...range, limit: 1 })) {
      return { offset: offsetOf(key), appendTimeMs: appendTimeOf(value) }
    }
    return null
  }

  /** The first offset whose record was appended at or after a time; append times never go back in a partition. */
  offsetAt(topic: TopicName, partition: number, sinceMs: number): number {
    let low = this.oldest(topic, partition)?.offset ?? 0
    let high = this.extent(topic, partition).end
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const found = this.oldest(topic, partition, middle)
      if (found !== null && found.appendTimeMs < sinceMs) low = found.offset + 1
      else high = middle
    }
    return low
  }

  /** Removes the oldest records of a partition while `goes` says so, at most `limit`; returns how many went. */
  removeOldest(
    topic: TopicName,
    partition: number,
    limit: number,
    goes: (appendTimeMs: number, bytes: number) => boolean,
  ): number {
    const range = { start: partitionKey(topic, partition), end: recordKey(topic, partition, Number.MAX_SAFE_INTEGER) }
    const gone: Buffer[] = []
    let bytes = 0
    for (const { key, value } of this.#records.getRange({ ...range, limit })) {
      if (!goes(appendTimeOf(value), value.length)) break
      gone.push(Buffer.from(key))
      bytes += value.length
    }
    if (gone.length === 0) return 0
    const extent = this.extent(topic, partition)
    const left = { end: extent.end, bytes: Math.max(0, extent.bytes - bytes) }
    this.transact(() => {
      for (const key of gone) void this.#records.remove(key)
      this.#putExtent(topic, partition, left)
    })
    Object.assign(extent, left)
    return gone.length
  }

  /** Removes superseded records and old tombstones of compacted topics that have fallen due; returns how many. */
  compact(nowMs: number, limit: number): number {
    const due = [...this.#due.getRange({ end: dueKey(nowMs, Buffer.alloc(0)), limit })].map(({ key, value }) => ({
      key: Buffer.from(key),
      newest: Buffer.from(value),
    }))
    if (due.length === 0) return 0
    this.transact(() => {
      for (const { key, newest } of due) {
        const record = key.subarray(8)
        void this.#records.remove(record)
        void this.#due.remove(key)
        if (this.#newest.get(newest)?.equals(record) === true) void this.#newest.remove(newest)
      }
    })
    return due.length
  }

  /**
   * Takes positions, which go with the next append or `writeCommitted`: a transaction of their own holds the event loop for
   * milliseconds, dozens of times a second. Whoever dies in between reads a little again.
   */
  commit(group: string, partition: number, positions: Positions, readThroughMs: number): void {
    for (const [topic, offset] of Object.entries(positions)) {
      this.#unwritten.set(groupKey(group, topic, partition).toString('latin1'), offset)
    }
    this.#readThroughMs = Math.max(this.#readThroughMs, readThroughMs)
  }

  /** Writes the positions that no append has taken along. */
  writeCommitted(): void {
    if (this.#unwritten.size === 0) return
    this.transact(() => this.#putCommitted(this.#lastAppendMs))
    this.#unwritten.clear()
  }

  committed(group: string, topic: TopicName, partition: number): number | null {
    const key = groupKey(group, topic, partition)
    return this.#unwritten.get(key.toString('latin1')) ?? this.#groups.get(key)?.readDoubleBE(0) ?? null
  }

  transact(change: () => void): void {
    this.#root.transactionSync(change, COMMIT_WITHOUT_SYNC)
  }

  /** Forces everything committed to disk. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      envOf(this.#root).sync((error) => (error === undefined ? resolve() : reject(error)))
    })
  }

  async close(): Promise<void> {
    await this.sync()
    await this.#root.close()
  }

  /** The record that a key had before goes when its time has come; so does a tombstone, later. */
  #supersede(topic: TopicName, key: string, at: Buffer, isTombstone: boolean, appendTimeMs: number): void {
    const newest = newestKey(topic, key)
    const before = this.#newest.get(newest)
    if (before !== undefined) {
      const old = Buffer.from(before)
      void this.#due.put(dueKey(appendTimeMs + COMPACTION_LAG_MS, old), newest)
    }
    void this.#newest.put(newest, at)
    if (isTombstone) void this.#due.put(dueKey(appendTimeMs + TOMBSTONE_LAG_MS, at), newest)
  }

  #putCommitted(lastAppendMs: number): void {
    for (const [key, offset] of this.#unwritten) void this.#groups.put(Buffer.from(key, 'latin1'), packNumbers(offset))
    void this.#meta.put(Buffer.from('lastAppendMs'), packNumbers(Math.max(lastAppendMs, this.#readThroughMs)))
  }

  #putExtent(topic: TopicName, partition: number, { end, bytes }: Extent): void {
    void this.#extents.put(partitionKey(topic, partition), packNumbers(end, bytes))
  }

  #load(): void {
    const made = this.#meta.get(Buffer.from('partitions'))?.readDoubleBE(0)
    if (made !== undefined && made !== this.partitions) {
      throw new VigilError(
        'TOPICS_NOT_COPARTITIONED',
        `the log has ${made} partitions, the settings ${this.partitions}`,
      )
    }
    if (made === undefined) {
      this.transact(() => void this.#meta.put(Buffer.from('partitions'), packNumbers(this.partitions)))
    }
    this.#lastAppendMs = this.#meta.get(Buffer.from('lastAppendMs'))?.readDoubleBE(0) ?? 0
    for (const topic of TOPIC_NAMES) {
      const extents = Array.from({ length: this.partitions }, (_, partition) => {
        const stored = this.#extents.get(partitionKey(topic, partition))
        return { end: stored?.readDoubleBE(0) ?? 0, bytes: stored?.readDoubleBE(8) ?? 0 }
      })
      this.#known.set(topic, extents)
    }
  }

  #table(name: string): Table {
    return this.#root.openDB<Buffer, Buffer>(name, { encoding: 'binary', keyEncoding: 'binary' })
  }
}

function groupKey(group: string, topic: string, partition: number): Buffer {
  return Buffer.from(`${group}\0${topic}\0${partition}`)
}

function packNumbers(...numbers: number[]): Buffer {
  const packed = Buffer.alloc(8 * numbers.length)
  for (const [index, number] of numbers.entries()) packed.writeDoubleBE(number, 8 * index)
  return packed
}

/** lmdb has `sync`, its types do not. */
function envOf(root: object): { sync(done: (error?: Error) => void): void } {
  return (root as { env: { sync(done: (error?: Error) => void): void } }).env
}

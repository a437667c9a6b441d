import type { Deadline } from '../deadline.ts'
import type { Outbound } from '../reading.ts'
import type { TopicName } from './topics.ts'

/** A record as the log holds it. */
export interface LogRecord {
  topic: TopicName
  partition: number
  offset: number
  key: string
  /** null: a tombstone */
  value: Buffer | null
  /** When the log took it; within a partition it never goes back. */
  appendTimeMs: number
}

/** Records of one partition number, over all topics of the subscription. */
export interface Batch {
  partition: number
  /** May be empty: then only time went by. Each topic's records are in offset order. */
  records: readonly LogRecord[]
  /**
   * Every record of this partition number that was or will be appended up to this time has been delivered, this batch
   * included (with `merged` delivery; with `arrival` delivery it is the best knowledge at hand).
   */
  readThroughMs: number
}

/** Offsets to go on from: topic to next offset. */
export type Positions = Readonly<Partial<Record<TopicName, number>>>

export interface Receiver {
  /**
   * These partitions are now ours. Restore their state before resolving; no batch of them comes earlier. When they are taken
   * away meanwhile, the signal aborts. A rejection because the log is away is no end: it is asked again.
   */
  assigned?(partitions: readonly number[], signal?: AbortSignal): Promise<void>
  /** These partitions are no longer ours; commits for them are refused from now on. Let go of their state. */
  revoked?(partitions: readonly number[]): Promise<void>
  /** The next batch of a partition comes when this resolves. A rejection stops the subscription and is reported. */
  receive(batch: Batch): Promise<void>
}

export interface SubscribeOptions {
  group: string
  topics: readonly TopicName[]
  /** Topics that are read from their beginning at every assignment, whatever was committed. */
  tables?: readonly TopicName[]
  /**
   * merged: topics of one partition number are interleaved in the order of append time, ties in the order of `topics`, so
   * that a second reading of the log sees the same order. arrival: as they come, with the least delay.
   */
  delivery: 'merged' | 'arrival'
  /**
   * lent: the place of a record's bytes (fetched-record.ts) is good until `receive` resolves, then something else may lie
   * there; its `value` is a copy. kept, unless said otherwise: both stay as they are.
   */
  bytes?: 'lent' | 'kept'
  /** Where a group without a committed offset starts. */
  from: 'beginning' | 'end'
  receiver: Receiver
  /** The subscription ended on an error; it does not go on by itself. */
  onFailed: (error: Error) => void
}

export interface FollowOptions {
  topics: readonly TopicName[]
  /** sinceMs: append time. */
  from: 'beginning' | 'end' | { sinceMs: number }
  receive(batch: Batch): Promise<void>
  onFailed: (error: Error) => void
}

export interface Subscription {
  /**
   * Commits where to go on in a partition. `fenced`: the partition is not ours any more, nothing was committed. `away`: the
   * log cannot be reached; whether it was committed is not known, and a later commit makes up for it.
   */
  commit(partition: number, positions: Positions): Promise<'committed' | 'fenced' | 'away'>
  /** Resolves when no receiver is running and none will be called, or by the deadline: without one within 10 s. */
  stop(deadline?: Deadline): Promise<void>
}

/** The log: what Vigil uses of Kafka, and no more. Two implementations hold one contract: kafka-log.ts, embedded-log.ts. */
export interface Log {
  readonly partitions: number
  /** True when `append` takes all of its records or none of them. */
  readonly atomicAppend: boolean
  /** False while records can't be appended or read; it comes back by itself. */
  readonly reachable: boolean
  /** Bytes that have been read for subscribers and wait in memory. */
  readonly heldBytes: number
  /** Resolves when the records are in the log, in their order within a key. Throws LOG_UNAVAILABLE, DISK_FULL. */
  append(records: readonly Outbound[]): Promise<void>
  /** Reads as a member of a consumer group. */
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** Reads every partition, outside any group; nothing is committed. Resolves once reading has begun. */
  follow(options: FollowOptions): Promise<Subscription>
  /** All records of a topic as of the call, in offset order within a partition; of a compacted topic at least the newest of a key. Throws LOG_UNAVAILABLE, when aborted too. */
  readAll(topic: TopicName, partitions?: readonly number[], signal?: AbortSignal): AsyncIterable<LogRecord>
  /** The offset the next record of each partition will get. */
  endOffsets(topic: TopicName): Promise<readonly number[]>
  /** The committed positions of a group, by partition. */
  committed(group: string, topics: readonly TopicName[]): Promise<ReadonlyMap<number, Positions>>
  /** Ends by the deadline, whatever receivers and brokers do; without one within 10 s. */
  close(deadline?: Deadline): Promise<void>
}

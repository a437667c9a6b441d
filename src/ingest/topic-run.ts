import type { Logger } from 'pino'
import type { BrokerClock } from './broker-clock.ts'
import type { FetchAnswer, FetchTarget } from './fetch-target.ts'
import type { Start } from './kafka-partitions.ts'
import type { KeyCache } from './key-cache.ts'
import type { LogRecord } from './log.ts'
import type { OnLost } from './offset-out-of-range.ts'
import { type RecordBatch, recordsOf } from './record-batch.ts'
import { TOPICS, type TopicName } from './topics.ts'

export interface TopicRunOptions {
  topic: TopicName
  /** the topic's full name */
  name: string
  partition: number
  start: Start
  keys: KeyCache
  /** lent: answers are put over those that were read, so a record's value is a copy */
  bytes: 'lent' | 'kept'
  brokerClock: BrokerClock
  logger: Logger
  /** Some of what it had waiting has gone out. */
  onRoom(): void
  onLost?: OnLost | undefined
}

/** With less than this waiting, more is fetched. */
const LOW_BYTES = 131_072

interface Waiting {
  batch: RecordBatch
  /** the offset that was asked for; a batch may begin before it */
  from: number
  answer: FetchAnswer
}

/**
 * What was fetched of one topic and partition and has not gone out yet. Batches wait as they came; the records of one are
 * read when the first of them is next, so that few live long.
 */
export class TopicRun implements FetchTarget {
  readonly topic: TopicName
  readonly name: string
  readonly partition: number
  position: number
  /** Whether the last answer, or the known end before there was one, left nothing more to read. */
  atEnd: boolean
  /** wall-clock time before which nothing was appended that has not been fetched; 0: not known */
  seenMs = 0
  lastMs = 0
  /** wall-clock time at which records last came */
  cameMs = 0
  /** append time of the first record that waits; Infinity: none does */
  headMs = Infinity
  readonly #options: TopicRunOptions
  /** Their records have all gone out, and may be in use until the next are asked for. */
  #out: FetchAnswer[] = []
  #batches: Waiting[] = []
  #current: Waiting | null = null
  #records: LogRecord[] = []
  #at = 0
  #waitingBytes = 0

  constructor(options: TopicRunOptions) {
    this.#options = options
    this.topic = options.topic
    this.name = options.name
    this.partition = options.partition
    this.position = options.start.position
    this.lastMs = options.start.lastMs ?? 0
    this.atEnd = options.start.position >= options.start.end
  }

  get isEmpty(): boolean {
    return this.headMs === Infinity
  }

  get wantsMore(): boolean {
    return this.#waitingBytes < LOW_BYTES
  }

  take(answer: FetchAnswer): void {
    const { batches, next, first } = answer
    const { brokerClock, logger, onLost } = this.#options
    const { topic, partition } = this
    if (first > this.position && TOPICS[topic].kept === 'delete') {
      const missing = first - this.position
      logger.error({ topic, partition, missing }, 'records were removed before they were read')
      onLost?.(topic, missing)
    }
    const wasAtEnd = this.atEnd
    for (const batch of batches) {
      this.#batches.push({ batch, from: this.position, answer })
      this.#waitingBytes += batch.bytes.length
      this.lastMs = Math.max(this.lastMs, batch.lastMs)
    }
    this.position = next
    this.atEnd = answer.atEnd
    if (answer.atEnd) this.seenMs = answer.sentAtMs
    const last = batches.at(-1)
    if (last !== undefined) this.cameMs = answer.cameAtMs
    if (wasAtEnd && answer.atEnd && last !== undefined) brokerClock.sawLive(last.lastMs)
    if (this.#current === null) this.#advance()
  }

  /** When the head came, by our wall clock and by the monotonic one. */
  get headCameAtMs(): { wall: number; monotonic: number } {
    const answer = this.#current?.answer
    return { wall: answer?.cameAtMs ?? 0, monotonic: answer?.cameAtMonotonicMs ?? 0 }
  }

  /** The offset of what goes out next. */
  get nextOffset(): number {
    return this.#records[this.#at]?.offset ?? this.position
  }

  shift(): LogRecord | undefined {
    const record = this.#records[this.#at]
    if (record === undefined) return undefined
    this.#at++
    const next = this.#records[this.#at]
    if (next !== undefined) this.headMs = next.appendTimeMs
    else this.#advance()
    return record
  }

  /** Whoever took what has gone out is through with it. */
  settle(): void {
    if (this.#out.length === 0) return
    for (const answer of this.#out) answer.release('read')
    this.#out = []
  }

  /** Reads on elsewhere. What waits is let go. */
  restart(position: number): void {
    this.letGo()
    this.position = position
    this.atEnd = false
    this.seenMs = 0
  }

  /** Nothing of it will be asked for any more. */
  letGo(): void {
    for (const answer of this.#out) answer.release('dropped')
    this.#current?.answer.release('dropped')
    for (const { answer } of this.#batches) answer.release('dropped')
    this.#out = []
    this.#batches = []
    this.#current = null
    this.#records = []
    this.#at = 0
    this.#waitingBytes = 0
    this.headMs = Infinity
  }

  #advance(): void {
    const { keys, bytes, onRoom } = this.#options
    this.#records = []
    this.#at = 0
    do {
      if (this.#current !== null) {
        this.#waitingBytes -= this.#current.batch.bytes.length
        this.#out.push(this.#current.answer)
        onRoom()
      }
      this.#current = this.#batches.shift() ?? null
      if (this.#current === null) break
      const { batch, from } = this.#current
      this.#records = recordsOf(batch, { of: this, from, keys, bytes }, (why) => this.#unreadable(batch, why))
    } while (this.#records.length === 0)
    this.headMs = this.#records[0]?.appendTimeMs ?? Infinity
  }

  #unreadable({ baseOffset, lastOffset }: RecordBatch, why: string): void {
    const { topic, partition } = this
    const place = { topic, partition, baseOffset, lastOffset }
    this.#options.logger.error({ ...place, why }, 'a record batch cannot be read; its bytes go on as one record')
  }
}

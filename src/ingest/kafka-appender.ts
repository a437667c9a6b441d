import kafkajs, { type Message, type Producer } from 'kafkajs'
import { VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import { unavailable } from './kafka-client.ts'
import { MOST_RECORD_BYTES } from './kafka-topics.ts'
import { partitionOf } from './partition-of.ts'
import { isTopicName } from './topic-name.ts'

export interface KafkaAppenderOptions {
  producer: Producer
  prefix: string
  partitions: number
}

/** A request holds so much for a partition, or one record that is larger: brokers refuse batches over their limit. */
const PARTITION_BYTES = 900_000
const REQUEST_BYTES = 8_000_000
/** More than this waits only while the brokers are away; then senders are better told than kept in memory. */
const QUEUE_BYTES = 64_000_000
/** What brokers say of a record or a batch that a topic does not take. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

interface Waiting {
  topic: string
  partition: number
  message: Message
  bytes: number
  append: Pending
}

interface Pending {
  left: number
  failed: boolean
  resolve(): void
  reject(error: unknown): void
}

/**
 * Appends to Kafka: one request at a time, with all that came meanwhile. A request that is repeated may append twice, never
 * out of order. (The client's idempotent producer reuses sequence numbers after a failed request, and the broker then drops
 * the next batch as a duplicate.)
 */
export class KafkaAppender {
  readonly #options: KafkaAppenderOptions
  #queue: Waiting[] = []
  #queuedBytes = 0
  #sending: Promise<void> | null = null
  #closed = false
  #reachable = true
  /** how many of those that wait are sent one by one */
  #singly = 0

  constructor(options: KafkaAppenderOptions) {
    this.#options = options
  }

  /** Whether the last request was taken. */
  get reachable(): boolean {
    return this.#reachable
  }

  append(records: readonly Outbound[]): Promise<void> {
    const { prefix, partitions } = this.#options
    if (this.#closed) return Promise.reject(new VigilError('LOG_UNAVAILABLE', 'the log is closed'))
    if (records.length === 0) return Promise.resolve()
    const unknown = records.find(({ topic }) => !isTopicName(topic))
    if (unknown !== undefined) return Promise.reject(new RangeError(`no topic is called ${unknown.topic}`))
    const large = records.find(
      (record) => isTopicName(record.topic) && bytesOf(record) > MOST_RECORD_BYTES[record.topic],
    )
    if (large !== undefined) return Promise.reject(tooLarge(large.topic, bytesOf(large)))
    if (this.#queuedBytes > QUEUE_BYTES) {
      return Promise.reject(new VigilError('LOG_UNAVAILABLE', `${this.#queuedBytes} bytes are waiting already`))
    }
    return new Promise((resolve, reject) => {
      const append: Pending = { left: records.length, failed: false, resolve, reject }
      for (const { topic, key, value } of records) {
        const partition = partitionOf(key, partitions)
        const bytes = bytesOf({ key, value })
        const message = { key, value: value === null ? null : bufferOf(value), partition }
        this.#queue.push({ topic: prefix + topic, partition, message, bytes, append })
        this.#queuedBytes += bytes
      }
      this.#sending ??= this.#sendAll()
    })
  }

  /** Sends what waits, then nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#sending
  }

  async #sendAll(): Promise<void> {
    // What is appended in the same turn of the event loop travels together.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) await this.#sendSome()
    this.#sending = null
  }

  async #sendSome(): Promise<void> {
    const request = this.#take()
    const byTopic = new Map<string, Message[]>()
    for (const { topic, message } of request) {
      const messages = byTopic.get(topic) ?? []
      byTopic.set(topic, messages)
      messages.push(message)
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }))
    try {
      await this.#options.producer.sendBatch({ acks: -1, topicMessages })
      this.#reachable = true
    } catch (cause) {
      if (isTooLarge(cause)) {
        this.#refused(request)
        return
      }
      this.#reachable = false
      this.#fail(request, unavailable(cause, 'append'))
      return
    }
    for (const { append } of request) {
      append.left--
      if (append.left === 0) append.resolve()
    }
  }

  /** The next request: what waits, in its order, as far as each partition has room. */
  #take(): Waiting[] {
    if (this.#singly > 0) {
      this.#singly--
      const alone = this.#queue.splice(0, 1)
      this.#queuedBytes -= alone[0]?.bytes ?? 0
      return alone
    }
    const request: Waiting[] = []
    const rest: Waiting[] = []
    const used = new Map<string, number>()
    let total = 0
    for (const waiting of this.#queue) {
      const place = `${waiting.topic}/${waiting.partition}`
      const before = used.get(place) ?? 0
      const fits = before === 0 || before + waiting.bytes <= PARTITION_BYTES
      if (fits && total < REQUEST_BYTES) {
        request.push(waiting)
        used.set(place, before + waiting.bytes)
        total += waiting.bytes
      } else {
        rest.push(waiting)
        used.set(place, Infinity)
      }
    }
    this.#queue = rest
    this.#queuedBytes -= total
    return request
  }

  /** The topic takes less than ours do. Each record is tried by itself, so that only what is too large is refused. */
  #refused(request: readonly Waiting[]): void {
    const [first] = request
    this.#reachable = true
    if (request.length === 1 && first !== undefined) {
      this.#fail(request, tooLarge(first.topic, first.bytes))
      return
    }
    this.#queue = [...request, ...this.#queue]
    this.#queuedBytes += request.reduce((sum, { bytes }) => sum + bytes, 0)
    this.#singly = request.length
  }

  /** An append that failed in part is failed: what is left of it is not sent. */
  #fail(request: readonly Waiting[], error: VigilError): void {
    for (const { append } of request) {
      if (append.failed) continue
      append.failed = true
      append.reject(error)
    }
    const singly = this.#queue.slice(0, this.#singly).filter(({ append }) => !append.failed).length
    this.#queue = this.#queue.filter(({ append, bytes }) => {
      if (append.failed) this.#queuedBytes -= bytes
      return !append.failed
    })
    this.#singly = singly
  }
}

function bufferOf(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/** What a record takes of a batch, at most. */
function bytesOf({ key, value }: { key: string; value: Uint8Array | null }): number {
  return (value?.length ?? 0) + key.length + 64
}

function tooLarge(topic: string, bytes: number): VigilError {
  return new VigilError('RECORD_TOO_LARGE', `${bytes} bytes for ${topic}`)
}

function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof kafkajs.KafkaJSProtocolError && TOO_LARGE.has(cause.type)) return true
  }
  return false
}

import { type Consumer, type EachBatchPayload, type Kafka, type TopicPartitions } from 'kafkajs'
import { type Logger } from 'pino'
import { type Clock, type Timer } from '../clock.ts'
import { boundedStop, RECEIVER_MS } from './bounded-stop.ts'
import { FetchProgress } from './fetch-progress.ts'
import { unavailable } from './kafka-client.ts'
import { groupConsumer, isFenced } from './kafka-consumer.ts'
import { KafkaReader, type Start } from './kafka-reader.ts'
import { type LogRecord, type Positions, type Receiver } from './log.ts'
import { PartitionLoop } from './partition-loop.ts'
import { type TopicName } from './topics.ts'

export interface KafkaMemberOptions {
  kafka: Kafka
  clock: Clock
  logger: Logger
  prefix: string
  group: string
  topics: readonly TopicName[]
  delivery: 'merged' | 'arrival'
  mergeWaitMs: number
  receiver: Receiver
  /** Where reading of partitions begins that are taken over. */
  startsOf(partitions: readonly number[]): Promise<ReadonlyMap<number, ReadonlyMap<TopicName, Start>>>
  /** Which of the assigned partitions are read; the others are left alone. */
  wants?(partition: number): boolean
  onFailed(error: Error): void
}

const RESTART_MS = 1_000
const DISCONNECT_MS = 1_500

interface Owned {
  reader: KafkaReader
  loop: PartitionLoop
}

/**
 * A member of a consumer group. The client fetches into the readers' bounded buffers and goes on with its heartbeats; the
 * receivers run beside it, so that however long they take, the group does not take the member for dead.
 */
export class KafkaMember {
  readonly #options: KafkaMemberOptions
  readonly #progress: FetchProgress
  readonly #owned = new Map<number, Owned | null>()
  /** Counts assignments and losses; what was begun under another number is void. */
  #epoch = 0
  #ownedEpoch = 0
  #moving: Promise<void> = Promise.resolve()
  #consumer: Consumer | null = null
  #restart: Timer | null = null
  #ended = false
  #failed = false
  #joined = (): void => undefined
  #lastHeldMs = 0

  constructor(options: KafkaMemberOptions) {
    this.#options = options
    this.#progress = new FetchProgress(options.clock, options.mergeWaitMs)
  }

  /** Resolves when the member has its first assignment and the receiver has been told. */
  async start(): Promise<void> {
    const joined = new Promise<void>((resolve) => (this.#joined = resolve))
    await this.#connect()
    await joined
  }

  reader(partition: number): KafkaReader | undefined {
    return this.#owned.get(partition)?.reader
  }

  async commit(partition: number, positions: Positions): Promise<'committed' | 'fenced'> {
    const { prefix, topics } = this.#options
    const consumer = this.#consumer
    if (consumer === null || !this.#owned.has(partition) || this.#ownedEpoch !== this.#epoch) return 'fenced'
    const offsets = topics.flatMap((topic) => {
      const offset = positions[topic]
      return offset === undefined ? [] : [{ topic: prefix + topic, partition, offset: String(offset) }]
    })
    try {
      await consumer.commitOffsets(offsets)
      return 'committed'
    } catch (error) {
      if (isFenced(error)) return 'fenced'
      throw unavailable(error, 'commit')
    }
  }

  /** Ends within 10 s, whatever the receiver or the brokers do. */
  async stop(): Promise<void> {
    if (this.#ended) return this.#moving
    this.#ended = true
    this.#epoch++
    this.#restart?.cancel()
    this.#joined()
    this.#move(async () => {
      await this.#letGo(false)
      await this.#disconnect()
    })
    await this.#moving
  }

  async #connect(): Promise<void> {
    const { kafka, group, prefix, topics } = this.#options
    const consumer = groupConsumer(kafka, prefix + group)
    this.#consumer = consumer
    const { GROUP_JOIN, REBALANCING, CRASH, REQUEST } = consumer.events
    consumer.on(GROUP_JOIN, ({ payload }) => this.#gain(consumer, payload.memberAssignment))
    consumer.on(REBALANCING, () => this.#lose())
    consumer.on(CRASH, ({ payload }) => this.#crashed(consumer, payload.error))
    consumer.on(REQUEST, ({ payload }) => {
      if (payload.apiName === 'Fetch') this.#fetched(payload.broker, payload.sentAt)
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topics: topics.map((topic) => prefix + topic), fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatch: async (payload) => this.#take(payload) })
    } catch (error) {
      this.#crashed(consumer, error)
    }
  }

  /** Takes part in the group again, for as long as it takes. */
  #crashed(consumer: Consumer, error: unknown): void {
    if (this.#ended || this.#consumer !== consumer) return
    const { logger, clock, group } = this.#options
    this.#consumer = null
    this.#lose()
    logger.warn({ group, err: unavailable(error, 'read') }, 'reading was interrupted; it is taken up again')
    void consumer.disconnect().catch(() => undefined)
    this.#restart = clock.after(RESTART_MS, () => void this.#connect())
  }

  /** Nothing is fetched before the receiver is ready, and then from where it goes on. */
  #gain(consumer: Consumer, assignment: Readonly<Record<string, number[]>>): void {
    if (this.#ended || this.#consumer !== consumer) return
    const { prefix, topics, wants = () => true } = this.#options
    const mine = [...new Set(Object.values(assignment).flat())].sort((a, b) => a - b).filter(wants)
    consumer.pause(Object.entries(assignment).map(([topic, partitions]) => ({ topic, partitions })))
    const epoch = ++this.#epoch
    this.#move(async () => {
      await this.#letGo(true)
      const starts = await this.#starts(epoch, mine)
      if (starts === null || epoch !== this.#epoch) return
      this.#ownedEpoch = epoch
      for (const partition of mine) {
        this.#owned.set(partition, null)
        for (const [topic, { position }] of starts.get(partition) ?? []) {
          consumer.seek({ topic: prefix + topic, partition, offset: String(position) })
        }
      }
      if (mine.length > 0 && !(await this.#told(() => this.#options.receiver.assigned?.(mine)))) return
      this.#joined()
      if (epoch !== this.#epoch) return
      for (const partition of mine) this.#begin(consumer, partition, starts.get(partition) ?? new Map())
      consumer.resume(topics.map((topic): TopicPartitions => ({ topic: prefix + topic, partitions: mine })))
    })
  }

  #begin(consumer: Consumer, partition: number, starts: ReadonlyMap<TopicName, Start>): void {
    const { topics, delivery, mergeWaitMs, clock, logger, prefix, receiver } = this.#options
    const place = (topic: TopicName): TopicPartitions[] => [{ topic: prefix + topic, partitions: [partition] }]
    const reader = new KafkaReader({
      partition,
      topics,
      delivery,
      starts,
      mergeWaitMs,
      progress: this.#progress,
      clock,
      logger,
      pause: (topic) => consumer.pause(place(topic)),
      resume: (topic) => consumer.resume(place(topic)),
    })
    const loop = new PartitionLoop({
      clock,
      next: () => reader.next(),
      receive: (batch) => receiver.receive(batch),
      onError: (error) => this.#fail(error),
    })
    this.#owned.set(partition, { reader, loop })
  }

  /** The assignment is void: commits are refused at once, the receiver is told when it has come back. */
  #lose(): void {
    if (this.#ended) return
    this.#epoch++
    this.#move(() => this.#letGo(true))
  }

  /** Changes of what is owned happen one after the other. */
  #move(change: () => Promise<void>): void {
    const consumer = this.#consumer
    this.#moving = this.#moving.then(change).catch((error: unknown) => {
      if (consumer !== null) this.#crashed(consumer, error)
    })
  }

  async #letGo(tell: boolean): Promise<void> {
    const { group, clock, logger, receiver } = this.#options
    const lost = [...this.#owned.keys()]
    if (lost.length === 0) return
    const loops = [...this.#owned.values()].map((owned) => owned?.loop.stop())
    await boundedStop(Promise.all(loops), group, RECEIVER_MS, clock, logger)
    this.#owned.clear()
    if (tell && !this.#failed) await this.#told(() => receiver.revoked?.(lost))
  }

  /** Tries until it succeeds or the assignment is void. */
  async #starts(
    epoch: number,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, ReadonlyMap<TopicName, Start>> | null> {
    while (epoch === this.#epoch) {
      try {
        return await this.#options.startsOf(partitions)
      } catch (error) {
        this.#options.logger.warn({ err: unavailable(error, 'offsets') }, 'offsets could not be had; trying again')
        await this.#options.clock.sleep(RESTART_MS)
      }
    }
    return null
  }

  #take({ batch }: EachBatchPayload): void {
    const owned = this.#owned.get(batch.partition)
    const topic = this.#options.topics.find((name) => this.#options.prefix + name === batch.topic)
    if (owned === null || owned === undefined || topic === undefined) return
    const records = batch.messages.map((message): LogRecord => {
      const { key, value, offset, timestamp } = message
      return {
        topic,
        partition: batch.partition,
        offset: Number(offset),
        key: key === null ? '' : key.toString('utf8'),
        value,
        appendTimeMs: Number(timestamp),
      }
    })
    owned.reader.push(records, Number(batch.highWatermark))
    owned.loop.wake()
  }

  #fetched(broker: string, sentAtMs: number): void {
    this.#progress.answered(broker, sentAtMs)
    // What was held back for this fetch may go out now.
    if (this.#options.delivery === 'arrival' || this.#progress.seenMs() === this.#lastHeldMs) return
    this.#lastHeldMs = this.#progress.seenMs()
    for (const owned of this.#owned.values()) if (owned?.reader.isHolding() === true) owned.loop.wake()
  }

  async #told(tell: () => Promise<void> | undefined): Promise<boolean> {
    try {
      await tell()
      return true
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  #fail(error: unknown): void {
    if (this.#failed || this.#ended) return
    this.#failed = true
    void this.stop().then(() => this.#options.onFailed(error instanceof Error ? error : new Error(String(error))))
  }

  async #disconnect(): Promise<void> {
    const { group, clock, logger } = this.#options
    const consumer = this.#consumer
    this.#consumer = null
    if (consumer === null) return
    const disconnected = consumer.disconnect().catch((error: unknown) => {
      logger.warn({ group, err: unavailable(error, 'leave the group') }, 'the group was not left in order')
    })
    await boundedStop(disconnected, `${group}, the client`, DISCONNECT_MS, clock, logger)
  }
}

import kafkajs, { type Admin, type Kafka, type Producer } from 'kafkajs'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import { VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import { KafkaAppender } from './kafka-appender.ts'
import { kafkaClient, unavailable } from './kafka-client.ts'
import { KafkaFollower } from './kafka-follower.ts'
import { KafkaMember } from './kafka-member.ts'
import type { Starts } from './kafka-partitions.ts'
import { KafkaOffsets } from './kafka-offsets.ts'
import { ensureTopics } from './kafka-topics.ts'
import { lossesOf, type OnGroupLost } from './offset-out-of-range.ts'
import { readToEnd } from './kafka-read-all.ts'
import type { FollowOptions, Log, LogRecord, Positions, SubscribeOptions, Subscription } from './log.ts'
import type { TopicName } from './topics.ts'

export interface KafkaLogOptions {
  brokers: readonly string[]
  /** put before the names of topics and groups */
  prefix: string
  partitions: number
  replicationFactor: number
  /** how long merged delivery holds records for a topic whose broker does not answer */
  mergeWaitMs: number
  clock: Clock
  logger: Logger
  onGroupLost?: OnGroupLost | undefined
}

/** Of the time to close, what readers leave for what was to be appended last. */
const LAST_MS = 500
const RETRY_MS = 1_000

/** Opens the log on Kafka and makes the topics that are missing. Throws LOG_UNAVAILABLE, TOPICS_NOT_COPARTITIONED. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const kafka = kafkaClient(options.brokers, options.logger)
  const admin = kafka.admin()
  const leadersAdmin = kafka.admin()
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  try {
    await admin.connect()
    await ensureTopics(admin, options)
    await Promise.all([producer.connect(), leadersAdmin.connect()])
  } catch (cause) {
    await Promise.allSettled([admin, leadersAdmin, producer].map((client) => client.disconnect()))
    throw unavailable(cause, options.brokers.join(', '))
  }
  return new KafkaLog(options, { kafka, admin, leadersAdmin, producer })
}

interface Clients {
  kafka: Kafka
  admin: Admin
  leadersAdmin: Admin
  producer: Producer
}

class KafkaLog implements Log {
  readonly partitions: number
  readonly atomicAppend = false
  readonly #options: KafkaLogOptions
  readonly #clients: Clients
  readonly #appender: KafkaAppender
  readonly #offsets: KafkaOffsets
  readonly #readers = new Set<KafkaMember | KafkaFollower>()
  readonly #interrupts = new Set<() => void>()
  #closing: Promise<void> | null = null

  constructor(options: KafkaLogOptions, clients: Clients) {
    const { prefix, partitions, logger } = options
    this.partitions = partitions
    this.#options = options
    this.#clients = clients
    this.#appender = new KafkaAppender({ producer: clients.producer, prefix, partitions })
    this.#offsets = new KafkaOffsets(clients.admin, prefix, logger)
  }

  get reachable(): boolean {
    return this.#appender.reachable && [...this.#readers].every((reader) => reader.connected)
  }

  get heldBytes(): number {
    let bytes = 0
    for (const reader of this.#readers) bytes += reader.heldBytes
    return bytes
  }

  append(records: readonly Outbound[]): Promise<void> {
    return this.#appender.append(records)
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { group, topics, tables = [], from } = options
    const onLost = lossesOf(group, topics, this.#options.onGroupLost)
    const member: KafkaMember = new KafkaMember({
      ...this.#open(),
      ...options,
      bytes: options.bytes ?? 'kept',
      onLost,
      startsOf: (partitions) => this.#offsets.ofGroup({ group, topics, tables, from, partitions, onLost }),
      behind: () => this.#offsets.behind({ group, topics, from }),
      onFailed: (error) => {
        this.#readers.delete(member)
        options.onFailed(error)
      },
    })
    this.#readers.add(member)
    await member.start()
    return {
      commit: (partition, positions) => member.commit(partition, positions),
      stop: (deadline) => this.#stop(member, deadline),
    }
  }

  async follow(options: FollowOptions): Promise<Subscription> {
    const { topics, from } = options
    const starts = await this.#startsOfFollower(topics, from)
    const follower: KafkaFollower = new KafkaFollower(
      {
        ...this.#open(),
        topics,
        receive: (batch) => options.receive(batch),
        onFailed: (error) => {
          this.#readers.delete(follower)
          options.onFailed(error)
        },
      },
      starts,
    )
    this.#readers.add(follower)
    return { commit: async () => 'fenced', stop: (deadline) => this.#stop(follower, deadline) }
  }

  readAll(topic: TopicName, partitions = this.#everyPartition(), signal?: AbortSignal): AsyncIterable<LogRecord> {
    return readToEnd({
      ...this.#open(),
      topic,
      interrupts: this.#interrupts,
      signal,
      startsOf: () => this.#offsets.ofFollower([topic], 'beginning', partitions),
    })
  }

  endOffsets(topic: TopicName): Promise<readonly number[]> {
    return this.#offsets.ends(topic, this.partitions)
  }

  committed(group: string, topics: readonly TopicName[]): Promise<ReadonlyMap<number, Positions>> {
    return this.#offsets.committed(group, topics)
  }

  close(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    this.#closing ??= this.#close(deadline)
    return this.#closing
  }

  async #close(deadline: Deadline): Promise<void> {
    for (const interrupt of this.#interrupts) interrupt()
    const readers = deadline.earlier(LAST_MS)
    await readers.wait(Promise.all([...this.#readers].map((reader) => reader.stop(readers))), 'readers of the log')
    const { producer, admin, leadersAdmin } = this.#clients
    const left = Promise.allSettled([this.#appender.close()]).then(() =>
      Promise.allSettled([producer, admin, leadersAdmin].map((client) => client.disconnect())),
    )
    await deadline.wait(left, 'what was to be appended')
  }

  /** Readers wait for brokers that are away. */
  async #startsOfFollower(topics: readonly TopicName[], from: FollowOptions['from']): Promise<Starts> {
    const { clock, logger } = this.#options
    while (this.#closing === null) {
      try {
        return await this.#offsets.ofFollower(topics, from, this.#everyPartition())
      } catch (error) {
        logger.warn({ err: unavailable(error, 'offsets') }, 'offsets could not be had; trying again')
        await clock.sleep(RETRY_MS)
      }
    }
    throw new VigilError('LOG_UNAVAILABLE', 'the log is closed')
  }

  #open(): KafkaLogOptions & Clients {
    if (this.#closing !== null) throw new VigilError('LOG_UNAVAILABLE', 'the log is closed')
    return { ...this.#options, ...this.#clients }
  }

  #everyPartition(): readonly number[] {
    return Array.from({ length: this.partitions }, (_, partition) => partition)
  }

  async #stop(reader: KafkaMember | KafkaFollower, deadline: Deadline | undefined): Promise<void> {
    await reader.stop(deadline)
    this.#readers.delete(reader)
  }
}

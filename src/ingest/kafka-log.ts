import { randomUUID } from 'node:crypto'
import kafkajs, { type Admin, type Kafka, type Producer } from 'kafkajs'
import { type Logger } from 'pino'
import { type Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { type Outbound } from '../reading.ts'
import { KafkaAppender } from './kafka-appender.ts'
import { kafkaClient, unavailable } from './kafka-client.ts'
import { KafkaMember, type KafkaMemberOptions } from './kafka-member.ts'
import { KafkaOffsets } from './kafka-offsets.ts'
import { type Start } from './kafka-reader.ts'
import { ensureTopics } from './kafka-topics.ts'
import { readToEnd } from './kafka-read-all.ts'
import {
  type FollowOptions,
  type Log,
  type LogRecord,
  type Positions,
  type SubscribeOptions,
  type Subscription,
} from './log.ts'
import { type TopicName } from './topics.ts'

export interface KafkaLogOptions {
  brokers: readonly string[]
  /** put before the names of topics and groups */
  prefix: string
  partitions: number
  replicationFactor: number
  /** how long merged delivery holds a record for older ones of quiet topics */
  mergeWaitMs: number
  clock: Clock
  logger: Logger
}

/** Opens the log on Kafka and makes the topics that are missing. Throws LOG_UNAVAILABLE, TOPICS_NOT_COPARTITIONED. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const kafka = kafkaClient(options.brokers, options.logger)
  const admin = kafka.admin()
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  try {
    await admin.connect()
    await ensureTopics(admin, options)
    await producer.connect()
  } catch (cause) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()])
    throw unavailable(cause, options.brokers.join(', '))
  }
  return new KafkaLog(options, kafka, admin, producer)
}

class KafkaLog implements Log {
  readonly partitions: number
  readonly atomicAppend = false
  readonly #options: KafkaLogOptions
  readonly #kafka: Kafka
  readonly #admin: Admin
  readonly #producer: Producer
  readonly #appender: KafkaAppender
  readonly #offsets: KafkaOffsets
  readonly #members = new Set<KafkaMember>()
  #closing: Promise<void> | null = null

  constructor(options: KafkaLogOptions, kafka: Kafka, admin: Admin, producer: Producer) {
    const { prefix, partitions, logger } = options
    this.partitions = partitions
    this.#options = options
    this.#kafka = kafka
    this.#admin = admin
    this.#producer = producer
    this.#appender = new KafkaAppender({ producer, prefix, partitions })
    this.#offsets = new KafkaOffsets(admin, prefix, logger)
  }

  append(records: readonly Outbound[]): Promise<void> {
    return this.#appender.append(records)
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { group, topics, tables = [], from, delivery, receiver, onFailed } = options
    const member = this.#member({
      group,
      topics,
      delivery,
      receiver,
      startsOf: (partitions) => this.#offsets.ofGroup({ group, topics, tables, from, partitions }),
      onFailed,
    })
    await member.start()
    return { commit: (partition, positions) => member.commit(partition, positions), stop: () => this.#stop(member) }
  }

  async follow({ topics, from, receive, onFailed }: FollowOptions): Promise<Subscription> {
    const reached = new Map<number, ReadonlyMap<TopicName, number>>()
    const group = `vigil-follow-${randomUUID()}`
    const member: KafkaMember = this.#member({
      group,
      topics,
      delivery: 'arrival',
      receiver: {
        receive: async (batch) => {
          await receive(batch)
          const reader = member.reader(batch.partition)
          if (reader !== undefined) reached.set(batch.partition, reader.positions())
        },
      },
      // After an interruption a follower goes on where it was.
      startsOf: async (partitions) => {
        const starts = await this.#offsets.ofFollower(topics, from, partitions)
        return new Map([...starts].map(([partition, first]) => [partition, goOn(first, reached.get(partition))]))
      },
      onFailed,
    })
    await member.start()
    return {
      commit: async () => 'fenced',
      stop: async () => {
        await this.#stop(member)
        await this.#offsets.forget(group)
      },
    }
  }

  readAll(topic: TopicName, partitions?: readonly number[]): AsyncIterable<LogRecord> {
    const wanted = partitions ?? Array.from({ length: this.partitions }, (_, partition) => partition)
    const group = `vigil-read-${randomUUID()}`
    return readToEnd({
      startsOf: () => this.#offsets.ofFollower([topic], 'beginning', wanted),
      member: (options) => this.#member({ ...options, group, topics: [topic], delivery: 'arrival' }),
      stop: async (member) => {
        await this.#stop(member)
        await this.#offsets.forget(group)
      },
    })
  }

  endOffsets(topic: TopicName): Promise<readonly number[]> {
    return this.#offsets.ends(topic, this.partitions)
  }

  committed(group: string, topics: readonly TopicName[]): Promise<ReadonlyMap<number, Positions>> {
    return this.#offsets.committed(group, topics)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.stop()))
    await this.#appender.close()
    await Promise.allSettled([this.#producer.disconnect(), this.#admin.disconnect()])
  }

  #member(
    options: Pick<KafkaMemberOptions, 'group' | 'topics' | 'delivery' | 'receiver' | 'startsOf' | 'wants' | 'onFailed'>,
  ): KafkaMember {
    if (this.#closing !== null) throw new VigilError('LOG_UNAVAILABLE', 'the log is closed')
    const { clock, logger, prefix, mergeWaitMs } = this.#options
    const member: KafkaMember = new KafkaMember({
      ...options,
      kafka: this.#kafka,
      clock,
      logger,
      prefix,
      mergeWaitMs,
      onFailed: (error) => {
        this.#members.delete(member)
        options.onFailed(error)
      },
    })
    this.#members.add(member)
    return member
  }

  async #stop(member: KafkaMember): Promise<void> {
    await member.stop()
    this.#members.delete(member)
  }
}

function goOn(
  starts: ReadonlyMap<TopicName, Start>,
  reached: ReadonlyMap<TopicName, number> | undefined,
): ReadonlyMap<TopicName, Start> {
  if (reached === undefined) return starts
  return new Map(
    [...starts].map(([topic, start]) => [topic, { ...start, position: reached.get(topic) ?? start.position }]),
  )
}

import type { Admin, ITopicMetadata } from 'kafkajs'
import type { Clock } from '../clock.ts'
import type { BrokerAddress } from './broker-address.ts'
import { KafkaConnection } from './kafka-connection.ts'
import { peek, type Place, type RecordHead } from './record-peek.ts'
import { TOPIC_NAMES, type TopicName } from './topics.ts'

export interface TopicView {
  topic: TopicName
  partitions: number
  /** Fewest copies of a partition that are asked for, and that are up to date. */
  replicas: number
  inSync: number
  settings: ReadonlyMap<string, string>
}

export interface Bounds {
  partition: number
  low: number
  high: number
}

export interface GroupView {
  members: number
  committed: readonly { topic: TopicName; partition: number; offset: number }[]
}

export type BrokerView = BrokerAddress & { nodeId: number }

/** Settings of topics that decide whether the ward is right. */
const TOPIC_SETTINGS = [
  'cleanup.policy',
  'message.timestamp.type',
  'max.message.bytes',
  'min.compaction.lag.ms',
  'segment.ms',
  'min.insync.replicas',
  'retention.ms',
]
/** kafkajs numbers the kinds of configuration as the protocol does; its enum exists as a type only. */
const TOPIC_RESOURCE = 2
const OFFSETS_TOPIC = '__consumer_offsets'
/** Partitions of a topic whose newest records are looked at. */
const MOST_PEEKED = 64

/** What can be seen of Kafka without changing it: no topic is made, no group is joined. */
export class KafkaView {
  readonly brokers: readonly BrokerView[]
  readonly #admin: Admin
  readonly #prefix: string
  readonly #clock: Clock
  readonly #connections = new Map<number, Promise<KafkaConnection>>()
  readonly #turns = new Map<number, Promise<void>>()
  readonly #bounds = new Map<TopicName, Promise<readonly Bounds[]>>()
  #names: Promise<readonly string[]> | null = null
  #metadata: Promise<ReadonlyMap<string, ITopicMetadata>> | null = null
  #topics: Promise<readonly TopicView[]> | null = null

  constructor(admin: Admin, prefix: string, brokers: readonly BrokerView[], clock: Clock) {
    this.#clock = clock
    this.#admin = admin
    this.#prefix = prefix
    this.brokers = brokers
  }

  /** Our topics that are there. */
  topics(): Promise<readonly TopicView[]> {
    this.#topics ??= this.#viewTopics()
    return this.#topics
  }

  bounds(topic: TopicName): Promise<readonly Bounds[]> {
    const known = this.#bounds.get(topic) ?? this.#viewBounds(topic)
    this.#bounds.set(topic, known)
    return known
  }

  /** By partition, the first offset whose record came at or after a time. */
  async offsetsSince(topic: TopicName, sinceMs: number): Promise<ReadonlyMap<number, number>> {
    const found = await this.#admin.fetchTopicOffsetsByTimestamp(this.#prefix + topic, sinceMs)
    return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]))
  }

  /** Null: no such group has ever read. */
  async group(name: string): Promise<GroupView | null> {
    const groupId = this.#prefix + name
    // To look for a group's coordinator makes the topic of offsets where there is none.
    if (!(await this.#allNames()).includes(OFFSETS_TOPIC)) return null
    const { groups } = await this.#admin.listGroups()
    if (!groups.some((group) => group.groupId === groupId)) return null
    const [described] = (await this.#admin.describeGroups([groupId])).groups
    const offsets = await this.#admin.fetchOffsets({ groupId })
    const committed = offsets.flatMap(({ topic: name, partitions }) => {
      const topic = this.#ours(name)
      if (topic === undefined) return []
      return partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))
    })
    return { members: described?.members.length ?? 0, committed: committed.filter(({ offset }) => offset >= 0) }
  }

  /** The newest records of a topic, with those that were sent in one batch with them. */
  async newest(topic: TopicName): Promise<readonly RecordHead[]> {
    const filled = (await this.bounds(topic)).filter(({ low, high }) => high > low).slice(0, MOST_PEEKED)
    const places = filled.map(({ partition, high }) => ({ partition, offset: high - 1 }))
    // One request a partition: of several partitions only the first one's batch comes whatever its size.
    const heads: RecordHead[] = []
    for (const place of places) heads.push(...(await this.#peek(topic, [place])))
    return heads
  }

  /** Records that are appended from now on; none if there is none in time. */
  async arrivals(topic: TopicName, withinMs: number): Promise<readonly RecordHead[]> {
    const ends = (await this.#viewBounds(topic)).map(({ partition, high }) => ({ partition, offset: high }))
    return this.#peek(topic, ends, withinMs)
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#connections.values()))
      if (opened.status === 'fulfilled') opened.value.close()
    await this.#admin.disconnect()
  }

  /** Each leader answers for its partitions; with a wait, the first answer that has a record is taken. */
  async #peek(topic: TopicName, places: readonly Place[], waitMs = 0): Promise<readonly RecordHead[]> {
    const leaders = new Map((await this.#partitionsOf(topic)).map(({ partitionId, leader }) => [partitionId, leader]))
    const answers = [...new Set(leaders.values())].map(async (leader) => {
      const led = places.filter(({ partition }) => leaders.get(partition) === leader)
      if (led.length === 0) return []
      const heads = await this.#inTurn(leader, topic, led, waitMs)
      if (waitMs > 0 && heads.length === 0) throw new Error('nothing came')
      return heads
    })
    if (waitMs === 0) return (await Promise.all(answers)).flat()
    return Promise.any(answers).catch(() => [])
  }

  /** A connection answers one request at a time. */
  #inTurn(leader: number, topic: TopicName, places: readonly Place[], waitMs: number): Promise<readonly RecordHead[]> {
    const turn = (this.#turns.get(leader) ?? Promise.resolve()).then(async () => {
      return peek(await this.#connection(leader), { name: this.#prefix + topic, topic }, places, waitMs)
    })
    this.#turns.set(
      leader,
      turn.then(
        () => undefined,
        () => undefined,
      ),
    )
    return turn
  }

  #connection(nodeId: number): Promise<KafkaConnection> {
    const known = this.#connections.get(nodeId) ?? this.#connect(nodeId)
    this.#connections.set(nodeId, known)
    return known
  }

  async #connect(nodeId: number): Promise<KafkaConnection> {
    const address = this.brokers.find((broker) => broker.nodeId === nodeId)
    if (address === undefined) throw new Error(`broker ${nodeId} is not known`)
    return KafkaConnection.open({ ...address, clock: this.#clock })
  }

  async #viewTopics(): Promise<readonly TopicView[]> {
    const metadata = await this.#viewMetadata()
    const there = TOPIC_NAMES.filter((topic) => metadata.has(this.#prefix + topic))
    if (there.length === 0) return []
    const { resources } = await this.#admin.describeConfigs({
      includeSynonyms: false,
      resources: there.map((topic) => ({
        type: TOPIC_RESOURCE,
        name: this.#prefix + topic,
        configNames: TOPIC_SETTINGS,
      })),
    })
    return there.map((topic) => {
      const partitions = metadata.get(this.#prefix + topic)?.partitions ?? []
      const entries = resources.find(({ resourceName }) => resourceName === this.#prefix + topic)?.configEntries ?? []
      return {
        topic,
        partitions: partitions.length,
        replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        inSync: Math.min(...partitions.map(({ isr }) => isr.length)),
        settings: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
      }
    })
  }

  #viewMetadata(): Promise<ReadonlyMap<string, ITopicMetadata>> {
    this.#metadata ??= this.#fetchMetadata()
    return this.#metadata
  }

  async #fetchMetadata(): Promise<ReadonlyMap<string, ITopicMetadata>> {
    const names = await this.#allNames()
    const there = TOPIC_NAMES.map((topic) => this.#prefix + topic).filter((name) => names.includes(name))
    if (there.length === 0) return new Map()
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: there })
    return new Map(topics.map((topic) => [topic.name, topic]))
  }

  #allNames(): Promise<readonly string[]> {
    this.#names ??= this.#admin.listTopics()
    return this.#names
  }

  async #partitionsOf(topic: TopicName): Promise<ITopicMetadata['partitions']> {
    return (await this.#viewMetadata()).get(this.#prefix + topic)?.partitions ?? []
  }

  async #viewBounds(topic: TopicName): Promise<readonly Bounds[]> {
    const found = await this.#admin.fetchTopicOffsets(this.#prefix + topic)
    return found.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
  }

  #ours(name: string): TopicName | undefined {
    return TOPIC_NAMES.find((topic) => this.#prefix + topic === name)
  }
}

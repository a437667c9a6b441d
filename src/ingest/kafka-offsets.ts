import type { Admin } from 'kafkajs'
import type { Logger } from 'pino'
import { askedAgain } from './asked-again.ts'
import { unavailable } from './kafka-client.ts'
import type { Start, Starts } from './kafka-partitions.ts'
import type { FollowOptions, Positions, SubscribeOptions } from './log.ts'
import { type OnLost, relocated, report } from './offset-out-of-range.ts'
import { type Mark, madeAnew } from './topic-made-anew.ts'
import type { TopicName } from './topics.ts'

interface Bounds {
  low: number
  high: number
}

/** What a group committed; lastMs: the newest append time it had seen then, 0 where it did not say. */
type Commit = Mark

interface Wanted {
  position: number
  lastMs?: number
  isAnew?: boolean
}

/** What is asked of the client. */
export type OffsetsAdmin = Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets' | 'fetchTopicOffsetsByTimestamp'>

/** What the brokers know of offsets: where partitions begin and end, and what groups have committed. */
export class KafkaOffsets {
  readonly #admin: OffsetsAdmin
  readonly #prefix: string
  readonly #logger: Logger

  constructor(admin: OffsetsAdmin, prefix: string, logger: Logger) {
    this.#admin = admin
    this.#prefix = prefix
    this.#logger = logger
  }

  /** Where a group goes on: where it committed, else where `from` says; tables always at their beginning. */
  async ofGroup(
    options: Pick<SubscribeOptions, 'group' | 'topics' | 'from'> & {
      tables: readonly TopicName[]
      partitions: readonly number[]
      onLost?: OnLost
    },
  ): Promise<Starts> {
    const { group, topics, tables, from, partitions, onLost } = options
    const commits = await this.#commits(group, topics)
    const commitOf = (topic: TopicName, partition: number): Commit | undefined =>
      tables.includes(topic) ? undefined : commits.get(partition)?.get(topic)
    const anew = new Map<TopicName, ReadonlySet<number>>()
    await Promise.all(
      topics.map(async (topic) => {
        const marks = partitions.flatMap((partition) => commitOf(topic, partition) ?? [])
        anew.set(topic, await madeAnew(this.#admin, this.#prefix + topic, marks))
      }),
    ).catch((cause: unknown) => {
      throw unavailable(cause, 'offsets')
    })
    const at = (topic: TopicName, partition: number, { low, high }: Bounds): Wanted => {
      const commit = commitOf(topic, partition)
      if (commit !== undefined) return { ...commit, isAnew: anew.get(topic)?.has(partition) === true }
      return { position: tables.includes(topic) || from === 'beginning' ? low : high }
    }
    return this.#starts(topics, partitions, at, onLost)
  }

  async ofFollower(
    topics: readonly TopicName[],
    from: FollowOptions['from'],
    partitions: readonly number[],
  ): Promise<Starts> {
    if (typeof from === 'string') {
      const at = (_topic: TopicName, _partition: number, { low, high }: Bounds): Wanted => ({
        position: from === 'end' ? high : low,
      })
      return this.#starts(topics, partitions, at)
    }
    const since = new Map<TopicName, ReadonlyMap<number, number>>()
    for (const topic of topics) {
      const found = await askedAgain(() => this.#admin.fetchTopicOffsetsByTimestamp(this.#prefix + topic, from.sinceMs))
      since.set(topic, new Map(found.map(({ partition, offset }) => [partition, Number(offset)])))
    }
    const at = (topic: TopicName, partition: number, { high }: Bounds): Wanted => ({
      position: since.get(topic)?.get(partition) ?? high,
    })
    return this.#starts(topics, partitions, at)
  }

  async ends(topic: TopicName, partitions: number): Promise<readonly number[]> {
    const bounds = await this.#bounds(topic)
    return Array.from({ length: partitions }, (_, partition) => bounds.get(partition)?.high ?? 0)
  }

  /** How many records a group has yet to read of each partition number, over all these topics. */
  async behind({
    group,
    topics,
    from,
  }: Pick<SubscribeOptions, 'group' | 'topics' | 'from'>): Promise<ReadonlyMap<number, number>> {
    const committed = await this.committed(group, topics)
    const behind = new Map<number, number>()
    for (const topic of topics)
      for (const [partition, { low, high }] of await this.#bounds(topic)) {
        const next = committed.get(partition)?.[topic] ?? (from === 'beginning' ? low : high)
        behind.set(partition, (behind.get(partition) ?? 0) + Math.max(0, high - Math.max(low, next)))
      }
    return behind
  }

  async committed(group: string, topics: readonly TopicName[]): Promise<ReadonlyMap<number, Positions>> {
    const byPartition = new Map<number, Positions>()
    for (const [partition, commits] of await this.#commits(group, topics))
      byPartition.set(partition, Object.fromEntries([...commits].map(([topic, { position }]) => [topic, position])))
    return byPartition
  }

  async #commits(group: string, topics: readonly TopicName[]): Promise<Map<number, Map<TopicName, Commit>>> {
    const byPartition = new Map<number, Map<TopicName, Commit>>()
    try {
      const names = topics.map((topic) => this.#prefix + topic)
      const answers = await askedAgain(
        () => this.#admin.fetchOffsets({ groupId: this.#prefix + group, topics: names }),
        // Partitions of which nothing was committed are named as well.
        (found) =>
          names.every((name) => found.some(({ topic, partitions }) => topic === name && partitions.length > 0)),
      )
      for (const found of answers) {
        const topic = topics.find((name) => this.#prefix + name === found.topic)
        if (topic === undefined) continue
        for (const { partition, offset, metadata } of found.partitions) {
          if (Number(offset) < 0) continue
          const commits = byPartition.get(partition) ?? new Map<TopicName, Commit>()
          byPartition.set(partition, commits)
          commits.set(topic, { partition, position: Number(offset), lastMs: timeOf(metadata) })
        }
      }
      return byPartition
    } catch (cause) {
      throw unavailable(cause, 'committed offsets')
    }
  }

  async #starts(
    topics: readonly TopicName[],
    partitions: readonly number[],
    at: (topic: TopicName, partition: number, bounds: Bounds) => Wanted,
    onLost?: OnLost,
  ): Promise<Starts> {
    const starts = new Map(partitions.map((partition) => [partition, new Map<TopicName, Start>()]))
    const all = await Promise.all(topics.map(async (topic) => ({ topic, bounds: await this.#bounds(topic) })))
    for (const { topic, bounds } of all) {
      for (const partition of partitions) {
        const { low, high } = bounds.get(partition) ?? { low: 0, high: 0 }
        const wanted = at(topic, partition, { low, high })
        const to = relocated(wanted.position, low, high, wanted.isAnew)
        report(this.#logger, { topic, partition }, wanted.position, to, onLost)
        const position = to.kind === 'there' ? wanted.position : to.position
        const isSame = to.kind === 'there' || to.kind === 'removed'
        const known = isSame && wanted.lastMs !== undefined && wanted.lastMs > 0 ? { lastMs: wanted.lastMs } : {}
        starts.get(partition)?.set(topic, { position, end: high, ...known })
      }
    }
    return starts
  }

  async #bounds(topic: TopicName): Promise<ReadonlyMap<number, Bounds>> {
    try {
      const found = await askedAgain(() => this.#admin.fetchTopicOffsets(this.#prefix + topic))
      return new Map(found.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]))
    } catch (cause) {
      throw unavailable(cause, 'offsets')
    }
  }
}

/** What a commit says beside its offset is ours alone to read, but anybody may have written it. */
function timeOf(metadata: string | null): number {
  return metadata !== null && /^\d{1,15}$/.test(metadata) ? Number(metadata) : 0
}

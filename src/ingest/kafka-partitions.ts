import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { BrokerClock } from './broker-clock.ts'
import { KafkaFetcher } from './kafka-fetcher.ts'
import type { LeadersAdmin } from './kafka-leaders.ts'
import { KafkaReader } from './kafka-reader.ts'
import { KeyCache } from './key-cache.ts'
import type { OnLost, RelocatingAdmin } from './offset-out-of-range.ts'
import type { Batch } from './log.ts'
import { PartitionLoop } from './partition-loop.ts'
import type { TopicName } from './topics.ts'
import { TopicRun } from './topic-run.ts'

/** Where reading of a topic begins, and the end of its partition at that time. */
export interface Start {
  position: number
  end: number
  /** the newest append time that is known of what lies before */
  lastMs?: number
}

export type Starts = ReadonlyMap<number, ReadonlyMap<TopicName, Start>>

/** What the brokers' clock may have run on while the record that showed it was under way. */
const CLOCK_MARGIN_MS = 250

export interface KafkaPartitionsOptions {
  admin: RelocatingAdmin
  leadersAdmin: LeadersAdmin
  prefix: string
  /** how many partitions every topic has */
  partitions: number
  topics: readonly TopicName[]
  delivery: 'merged' | 'arrival'
  mergeWaitMs: number
  bytes: 'lent' | 'kept'
  clock: Clock
  logger: Logger
  receive(batch: Batch): Promise<void>
  onLost?: OnLost
  /** The receiver rejected, or the topics are not what they were. */
  onError(error: unknown): void
}

interface Read {
  runs: readonly TopicRun[]
  reader: KafkaReader
  loop: PartitionLoop
}

/** The partitions that are being read: what is fetched of each, merged, and handed to the receiver batch by batch. */
export class KafkaPartitions {
  readonly #options: KafkaPartitionsOptions
  readonly #fetcher: KafkaFetcher
  readonly #brokerClock: BrokerClock
  readonly #keys = new KeyCache()
  readonly #read = new Map<number, Read>()

  constructor(options: KafkaPartitionsOptions) {
    const { admin, leadersAdmin, partitions, clock, logger, delivery, bytes } = options
    this.#options = options
    this.#brokerClock = new BrokerClock(clock, CLOCK_MARGIN_MS)
    this.#fetcher = new KafkaFetcher({
      admin,
      leadersAdmin,
      partitions,
      clock,
      logger,
      reusesBuffers: bytes === 'lent',
      isHolding: () => delivery === 'merged' && [...this.#read.values()].some(({ reader }) => reader.isHolding()),
      onTaken: () => {
        for (const { reader, loop } of this.#read.values()) if (reader.isHolding()) loop.wake()
      },
      onLost: options.onLost,
      onFailed: (error) => options.onError(error),
    })
  }

  get connected(): boolean {
    return this.#fetcher.connected
  }

  get heldBytes(): number {
    return this.#fetcher.heldBytes
  }

  /** The newest append time that was fetched of a topic; null: none was. */
  lastMsOf(partition: number, topic: TopicName): number | null {
    const lastMs = this.#read.get(partition)?.runs.find((run) => run.topic === topic)?.lastMs ?? 0
    return lastMs > 0 ? lastMs : null
  }

  begin(starts: Starts): void {
    for (const [partition, topics] of starts) this.#begin(partition, topics)
    this.#fetcher.add([...starts.keys()].flatMap((partition) => this.#read.get(partition)?.runs ?? []))
  }

  /** Fetches nothing more of what is being read. */
  quieten(): void {
    this.#fetcher.remove([...this.#read.values()].flatMap(({ runs }) => runs))
  }

  /** Resolves when no receiver is running and none will be called. */
  async end(): Promise<void> {
    this.quieten()
    await Promise.all([...this.#read.values()].map(({ loop }) => loop.stop()))
    for (const { runs } of this.#read.values()) for (const run of runs) run.settle()
  }

  /** Forgets what was read, whether or not its receiver has come back. */
  forget(): void {
    for (const { runs } of this.#read.values()) for (const run of runs) run.letGo()
    this.#read.clear()
  }

  close(): void {
    this.#fetcher.close()
  }

  #begin(partition: number, starts: ReadonlyMap<TopicName, Start>): void {
    const { topics, prefix, delivery, mergeWaitMs, bytes, clock, receive, onError } = this.#options
    const runs = topics.map((topic) => {
      return new TopicRun({
        topic,
        name: prefix + topic,
        partition,
        start: starts.get(topic) ?? { position: 0, end: 0 },
        keys: this.#keys,
        bytes,
        brokerClock: this.#brokerClock,
        logger: this.#options.logger,
        onRoom: () => this.#fetcher.wake(),
        onLost: this.#options.onLost,
      })
    })
    const reader = new KafkaReader({
      partition,
      runs,
      delivery,
      mergeWaitMs,
      bytes,
      brokerClock: this.#brokerClock,
      clock,
    })
    const loop = new PartitionLoop({ clock, next: () => reader.next(), receive, onError })
    this.#read.set(partition, { runs, reader, loop })
  }
}

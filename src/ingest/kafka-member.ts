import type { Consumer, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import { RETRYABLE, VigilError } from '../errors.ts'
import type { Behind } from './kafka-assigner.ts'
import { unavailable } from './kafka-client.ts'
import { groupConsumer, isFenced, joinGroup, leaveGroup, SESSION_MS } from './kafka-consumer.ts'
import type { LeadersAdmin } from './kafka-leaders.ts'
import { KafkaPartitions, type Starts } from './kafka-partitions.ts'
import type { Positions, Receiver } from './log.ts'
import type { OnLost, RelocatingAdmin } from './offset-out-of-range.ts'
import type { TopicName } from './topics.ts'

export interface KafkaMemberOptions {
  kafka: Kafka
  admin: RelocatingAdmin
  leadersAdmin: LeadersAdmin
  /** how many partitions every topic has */
  partitions: number
  clock: Clock
  logger: Logger
  prefix: string
  group: string
  topics: readonly TopicName[]
  delivery: 'merged' | 'arrival'
  mergeWaitMs: number
  bytes: 'lent' | 'kept'
  onLost: OnLost
  receiver: Receiver
  /** Where reading of partitions begins that are taken over. */
  startsOf(partitions: readonly number[]): Promise<Starts>
  behind: Behind
  onFailed(error: Error): void
}

const RESTART_MS = 1_000
/** Patients are not watched meanwhile: the first tries follow each other quickly. */
const FIRST_RETRY_MS = 50
/** A receiver that hangs does not keep partitions from going to another member for longer. */
const RECEIVER_MS = 8_000
/** Time to leave the group is kept for the end of a stop. */
const LEAVE_MS = 1_000
const BEHIND_WITHIN_MS = 500

/**
 * A member of a consumer group. The client only takes part in the group: everything stays paused there, and while it waits it
 * sends its heartbeats. Fetching and the receivers run beside it, so that however long a receiver takes, the group does not
 * take the member for dead.
 */
export class KafkaMember {
  readonly #options: KafkaMemberOptions
  readonly #reads: KafkaPartitions
  #owned: readonly number[] = []
  /** Counts assignments and losses; what was begun under another number is void. */
  #epoch = 0
  #ownedEpoch = 0
  #moving: Promise<void> = Promise.resolve()
  #consumer: Consumer | null = null
  #restart: Timer | null = null
  #restoring: AbortController | null = null
  #ended = false
  #stopped: Promise<void> | null = null
  #failed = false
  #joined = (): void => undefined

  constructor(options: KafkaMemberOptions) {
    this.#options = options
    this.#reads = new KafkaPartitions({
      ...options,
      receive: (batch) => options.receiver.receive(batch),
      onError: (error) => this.#fail(error),
    })
  }

  /** Resolves when the member has its first assignment and the receiver has been told. */
  async start(): Promise<void> {
    const joined = new Promise<void>((resolve) => (this.#joined = resolve))
    await this.#connect()
    await joined
  }

  /** False while the connection is lost and taken up again. */
  get connected(): boolean {
    return this.#consumer !== null && this.#reads.connected
  }

  /** What was fetched and has not been handed out. */
  get heldBytes(): number {
    return this.#reads.heldBytes
  }

  /** Lost brokers are no error here: an offset that was not committed costs a second reading, and no reading stops for it. */
  async commit(partition: number, positions: Positions): Promise<'committed' | 'fenced' | 'away'> {
    const { prefix, topics, group, logger } = this.#options
    const consumer = this.#consumer
    const epoch = this.#epoch
    if (consumer === null || !this.#owned.includes(partition) || this.#ownedEpoch !== this.#epoch) return 'fenced'
    const offsets = topics.flatMap((topic) => {
      const offset = positions[topic]
      if (offset === undefined) return []
      // Whoever goes on from here can tell whether the topic is still the same.
      const metadata = this.#reads.lastMsOf(partition, topic)?.toString() ?? null
      return [{ topic: prefix + topic, partition, offset: String(offset), metadata }]
    })
    try {
      await consumer.commitOffsets(offsets)
      // The client says nothing of a commit that it did not send because it had left the group meanwhile.
      return epoch === this.#epoch ? 'committed' : 'fenced'
    } catch (error) {
      if (isFenced(error)) return 'fenced'
      logger.warn({ group, partition, err: unavailable(error, 'commit') }, 'an offset could not be committed yet')
      return 'away'
    }
  }

  /** Ends by the deadline, whatever the receiver or the brokers do. */
  stop(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    this.#stopped ??= this.#stop(deadline)
    return this.#stopped
  }

  async #stop(deadline: Deadline): Promise<void> {
    const { group } = this.#options
    this.#ended = true
    this.#epoch++
    this.#restoring?.abort()
    this.#restart?.cancel()
    this.#joined()
    this.#reads.close()
    // A receiver that hangs leaves time to leave the group: the others then need not wait until we are missed.
    const receivers = deadline.earlier(LEAVE_MS)
    this.#move(() => this.#letGo(false, receivers))
    await receivers.wait(this.#moving, group)
    await this.#disconnect(deadline)
  }

  async #connect(): Promise<void> {
    const { kafka, group, prefix, topics } = this.#options
    const consumer = groupConsumer(kafka, prefix + group, () => this.#behind())
    this.#consumer = consumer
    const { GROUP_JOIN, REBALANCING, CRASH } = consumer.events
    consumer.on(GROUP_JOIN, ({ payload }) => this.#gain(consumer, payload.memberAssignment))
    consumer.on(REBALANCING, () => (this.#consumer === consumer ? this.#lose() : undefined))
    consumer.on(CRASH, ({ payload }) => this.#crashed(consumer, payload.error))
    try {
      await consumer.connect()
      if (this.#consumer !== consumer) return await consumer.disconnect()
      await consumer.subscribe({ topics: topics.map((topic) => prefix + topic), fromBeginning: true })
      if (this.#consumer !== consumer) return await consumer.disconnect()
      await joinGroup(consumer)
    } catch (error) {
      this.#crashed(consumer, error)
    }
  }

  /** Nothing is known when the brokers do not say it at once: the whole group waits. */
  #behind(): ReturnType<Behind> {
    const { behind, clock } = this.#options
    const unknown = new Map<number, number>()
    return Promise.race([behind().catch(() => unknown), clock.sleep(BEHIND_WITHIN_MS).then(() => unknown)])
  }

  /** Takes part in the group again, for as long as it takes. */
  #crashed(consumer: Consumer, error: unknown): void {
    if (this.#ended || this.#consumer !== consumer) return
    const { logger, clock, group } = this.#options
    this.#consumer = null
    this.#lose()
    logger.warn({ group, err: unavailable(error, 'read') }, 'reading was interrupted; it is taken up again')
    void leaveGroup(consumer).catch(() => undefined)
    this.#restart = clock.after(RESTART_MS, () => void this.#connect())
  }

  /** Nothing is fetched before the receiver is ready, and then from where it goes on. */
  #gain(consumer: Consumer, assignment: Readonly<Record<string, number[]>>): void {
    if (this.#ended || this.#consumer !== consumer) return
    const mine = [...new Set(Object.values(assignment).flat())].sort((a, b) => a - b)
    consumer.pause(Object.entries(assignment).map(([topic, partitions]) => ({ topic, partitions })))
    const { partitions } = this.#options
    const odd = mine.filter((partition) => partition >= partitions)
    if (odd.length > 0) {
      this.#fail(new VigilError('TOPICS_NOT_COPARTITIONED', `there is a partition ${odd[0]} of ${partitions}`))
      return
    }
    const epoch = ++this.#epoch
    const { group, clock, logger } = this.#options
    const gainedAtMs = clock.monotonicMs()
    this.#restoring?.abort()
    this.#reads.quieten()
    this.#move(async () => {
      await this.#letGo(true)
      const starts = await this.#starts(epoch, mine)
      if (starts === null || epoch !== this.#epoch) return
      this.#ownedEpoch = epoch
      this.#owned = mine
      if (mine.length > 0 && !(await this.#assigned(epoch, mine))) return
      this.#joined()
      if (epoch !== this.#epoch) return
      this.#reads.begin(starts)
      const tookMs = Math.round(clock.monotonicMs() - gainedAtMs)
      logger.info({ group, partitions: mine.length, tookMs }, 'partitions are taken over')
    })
  }

  /** The assignment is void: commits are refused at once, the receiver is told when it has come back. */
  #lose(): void {
    if (this.#ended) return
    this.#epoch++
    this.#restoring?.abort()
    this.#reads.quieten()
    this.#move(() => this.#letGo(true))
  }

  /** Changes of what is owned happen one after the other. */
  #move(change: () => Promise<void>): void {
    const consumer = this.#consumer
    this.#moving = this.#moving.then(change).catch((error: unknown) => {
      if (consumer !== null) this.#crashed(consumer, error)
    })
  }

  async #letGo(tell: boolean, deadline = Deadline.in(RECEIVER_MS, this.#options)): Promise<void> {
    const { group, receiver } = this.#options
    const lost = this.#owned
    if (lost.length === 0) return
    await deadline.wait(this.#reads.end(), group)
    this.#reads.forget()
    this.#owned = []
    if (tell && !this.#failed) await this.#told(() => receiver.revoked?.(lost))
  }

  /** Tries until it succeeds or the assignment is void. */
  async #starts(epoch: number, partitions: readonly number[]): Promise<Starts | null> {
    for (let retryMs = FIRST_RETRY_MS; epoch === this.#epoch; retryMs = Math.min(2 * retryMs, RESTART_MS)) {
      try {
        return await this.#options.startsOf(partitions)
      } catch (error) {
        this.#options.logger.warn({ err: unavailable(error, 'offsets') }, 'offsets could not be had; trying again')
        await this.#options.clock.sleep(retryMs)
      }
    }
    return null
  }

  /** Until the receiver has restored its state; while the log is away, that is tried again. False: the assignment is void. */
  async #assigned(epoch: number, partitions: readonly number[]): Promise<boolean> {
    const { receiver, group, clock, logger } = this.#options
    for (let retryMs = FIRST_RETRY_MS; epoch === this.#epoch; retryMs = Math.min(2 * retryMs, RESTART_MS)) {
      const restoring = new AbortController()
      this.#restoring = restoring
      try {
        await receiver.assigned?.(partitions, restoring.signal)
        return true
      } catch (error) {
        if (!(error instanceof VigilError) || !RETRYABLE.has(error.code)) {
          this.#fail(error)
          return false
        }
        if (epoch !== this.#epoch) return false
        logger.warn({ group, code: error.code }, 'state could not be restored yet; trying again')
        await clock.sleep(retryMs)
      }
    }
    return false
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

  async #disconnect(deadline: Deadline): Promise<void> {
    const { group, logger } = this.#options
    const consumer = this.#consumer
    this.#consumer = null
    if (consumer === null) return
    const left = leaveGroup(consumer).catch((error: unknown) => {
      logger.warn({ group, err: unavailable(error, 'leave the group') }, 'the group was not left in order')
    })
    // While the group is dividing its partitions, and waits for one that was killed, nobody can leave; later than this we are missed anyway.
    await deadline.atMost(SESSION_MS).wait(left, `${group}, the client`)
  }
}

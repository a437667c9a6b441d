import { type Clock, SystemClock } from '../../src/clock.ts'
import type {
  Batch,
  FollowOptions,
  Log,
  LogRecord,
  Positions,
  SubscribeOptions,
  Subscription,
} from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import type { Outbound } from '../../src/reading.ts'

/** A ward that has not come to rest after this, in real time, never will. */
const PATIENCE_MS = 60_000
/** Turns of the event loop that have to pass without news: between two steps of a stage lies one at most. */
const QUIET_TURNS = 4

/** Whether the append that a process dies of still reaches the log. */
export type DeathMoment = 'before' | 'after'

/** How far one subscription has read. */
interface Progress {
  topics: readonly TopicName[]
  /** Next offset, by topic and partition. */
  positions: Map<string, number>
  /** By partition. */
  readThroughMs: number[]
}

/**
 * A log that knows when the stages on it have come to rest, and that can end as the log of a killed process ends: from one
 * append to the next. After that nothing its stages do has any effect, and nobody tells them.
 */
export class ObservedLog implements Log {
  readonly partitions: number
  readonly atomicAppend: boolean
  readonly reachable = true
  readonly heldBytes = 0
  readonly #log: Log
  readonly #clock: Clock
  readonly #subscriptions = new Set<Progress>()
  #underway = 0
  #failure: Error | null = null
  #dead = false
  #end: () => void = () => undefined
  readonly #death = new Promise<void>((resolve) => (this.#end = resolve))
  #deathAt: { topic: TopicName; moment: DeathMoment } | null = null

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
    this.partitions = log.partitions
    this.atomicAppend = log.atomicAppend
  }

  get isDead(): boolean {
    return this.#dead
  }

  /** The next append that has a record of this topic in it is the last thing that happens. */
  dieAtAppend(topic: TopicName, moment: DeathMoment): void {
    this.#deathAt = { topic, moment }
  }

  /** Counts work of a stage outside the log as something to wait for. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#underway++
    try {
      return await work
    } finally {
      this.#underway--
    }
  }

  /**
   * Resolves when every subscription has read all there is and has seen the clock's time, no stage is at work any more, and
   * this stays so; or when the process has died. Throws when a subscription failed, or after too long in real time.
   */
  async settled(): Promise<'settled' | 'died'> {
    const real = new SystemClock()
    const untilMs = real.monotonicMs() + PATIENCE_MS
    for (let quietTurns = 0; quietTurns < QUIET_TURNS;) {
      if (this.#dead) return 'died'
      if (this.#failure !== null) throw this.#failure
      if (real.monotonicMs() > untilMs) throw new Error(`no rest: ${this.#underway} under way`)
      quietTurns = this.#underway === 0 && (await this.#isReadToTheEnd()) ? quietTurns + 1 : 0
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return 'settled'
  }

  append(records: readonly Outbound[]): Promise<void> {
    return this.#unlessDead(async () => {
      const deadly = records.some(({ topic }) => topic === this.#deathAt?.topic)
      if (deadly && this.#deathAt?.moment === 'before') this.#die()
      else await this.#log.append(records)
      if (deadly && this.#deathAt?.moment === 'after') this.#die()
    })
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { receiver, group, topics, tables = [] } = options
    const progress: Progress = { topics, positions: new Map(), readThroughMs: [] }
    const committed = await this.#log.committed(group, topics)
    for (const [partition, positions] of committed)
      for (const topic of topics)
        if (!tables.includes(topic)) progress.positions.set(`${topic}/${partition}`, positions[topic] ?? 0)
    this.#subscriptions.add(progress)
    const subscription = await this.#log.subscribe({
      ...options,
      receiver: {
        ...receiver,
        receive: async (batch) => {
          // What waits for a dead process waits no longer, or its log could not be closed.
          await Promise.race([this.#death, this.#unlessDead(() => receiver.receive(batch))])
          note(progress, batch)
        },
      },
      onFailed: (error) => {
        this.#failure = error
        options.onFailed(error)
      },
    })
    return {
      commit: (partition, positions) => this.#unlessDead(() => subscription.commit(partition, positions)),
      stop: async () => {
        this.#subscriptions.delete(progress)
        await subscription.stop()
      },
    }
  }

  follow(options: FollowOptions): Promise<Subscription> {
    return this.#log.follow(options)
  }

  readAll(topic: TopicName, partitions?: readonly number[]): AsyncIterable<LogRecord> {
    return this.#log.readAll(topic, partitions)
  }

  endOffsets(topic: TopicName): Promise<readonly number[]> {
    return this.#log.endOffsets(topic)
  }

  committed(group: string, topics: readonly TopicName[]): Promise<ReadonlyMap<number, Positions>> {
    return this.#log.committed(group, topics)
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  /** In a dead process nothing ever resolves. */
  async #unlessDead<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#dead) {
      const done = await this.during(work())
      if (!this.#isDeadNow()) return done
    }
    return new Promise<never>(() => undefined)
  }

  /** A method, so that the compiler does not take the state before an await for the state after it. */
  #isDeadNow(): boolean {
    return this.#dead
  }

  #die(): void {
    this.#dead = true
    this.#end()
  }

  async #isReadToTheEnd(): Promise<boolean> {
    // The present millisecond is not over for a reader that takes records as they come.
    const throughMs = this.#clock.nowMs() - 1
    for (const { topics, positions, readThroughMs } of this.#subscriptions) {
      for (let partition = 0; partition < this.partitions; partition++)
        if ((readThroughMs[partition] ?? -Infinity) < throughMs) return false
      for (const topic of topics) {
        const ends = await this.#log.endOffsets(topic)
        for (const [partition, end] of ends.entries())
          if ((positions.get(`${topic}/${partition}`) ?? 0) < end) return false
      }
    }
    return true
  }
}

function note(progress: Progress, { partition, records, readThroughMs }: Batch): void {
  progress.readThroughMs[partition] = readThroughMs
  for (const { topic, offset } of records) progress.positions.set(`${topic}/${partition}`, offset + 1)
}

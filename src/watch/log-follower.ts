import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { Deadline } from '../deadline.ts'
import type { Batch, FollowOptions, Log, Subscription } from '../ingest/log.ts'

interface LogFollowerOptions extends Pick<FollowOptions, 'topics'> {
  log: Log
  clock: Clock
  logger: Logger
  from: () => FollowOptions['from']
  receive: (batch: Batch) => void
}

const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

/** Follows topics for as long as the stage lives: a reading that breaks off is begun anew, and health says so meanwhile. */
export class LogFollower {
  readonly #options: LogFollowerOptions
  readonly #readThroughMs = new Map<number, number>()
  #subscription: Subscription | null = null
  #failed = false
  #stopped = false
  #retryMs = RETRY_MS
  #timer: Timer | null = null

  constructor(options: LogFollowerOptions) {
    this.#options = options
  }

  /** Resolves once reading has begun. Throws when it cannot begin at all. */
  async start(): Promise<void> {
    const { log, topics, from } = this.#options
    const subscription = await log.follow({
      topics,
      from: from(),
      receive: async (batch) => this.#receive(batch),
      onFailed: (error) => this.#broken(error),
    })
    if (this.#stopped) await subscription.stop()
    else this.#subscription = subscription
  }

  async stop(deadline?: Deadline): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#subscription?.stop(deadline)
  }

  get failed(): boolean {
    return this.#failed
  }

  /** Whether every partition has been read up to `timeMs` of append time. */
  hasReadThrough(timeMs: number): boolean {
    const { partitions } = this.#options.log
    return (
      this.#readThroughMs.size === partitions && [...this.#readThroughMs.values()].every((through) => through >= timeMs)
    )
  }

  #receive(batch: Batch): void {
    this.#failed = false
    this.#retryMs = RETRY_MS
    this.#options.receive(batch)
    this.#readThroughMs.set(batch.partition, batch.readThroughMs)
  }

  #broken(error: Error): void {
    const { clock, logger, topics } = this.#options
    this.#failed = true
    this.#subscription = null
    if (this.#stopped) return
    logger.error({ err: error, topics }, `reading the log broke off; trying again in ${this.#retryMs} ms`)
    this.#timer = clock.after(this.#retryMs, () => {
      this.start().catch((again: unknown) => this.#broken(again instanceof Error ? again : new Error(String(again))))
    })
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
  }
}

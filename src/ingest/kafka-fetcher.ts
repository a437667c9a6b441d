import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { AnswerBuffers } from './answer-buffers.ts'
import { BrokerFetchLoop } from './broker-fetch-loop.ts'
import { FetchBudget } from './fetch-budget.ts'
import type { FetchTarget } from './fetch-target.ts'
import { unavailable } from './kafka-client.ts'
import { kafkaLeaders, type Leaders, type LeadersAdmin } from './kafka-leaders.ts'
import { type OnLost, relocate, type RelocatingAdmin } from './offset-out-of-range.ts'

export interface KafkaFetcherOptions {
  admin: RelocatingAdmin
  leadersAdmin: LeadersAdmin
  /** how many partitions every topic must have */
  partitions: number
  clock: Clock
  logger: Logger
  /** Whether answers are put over those that were read. */
  reusesBuffers: boolean
  isHolding(): boolean
  onTaken(): void
  onLost?: OnLost | undefined
  /** Reading cannot go on and does not begin again by itself. */
  onFailed(error: VigilError): void
}

const OFFSET_OUT_OF_RANGE = 1
/** The topic may be made anew, with other records at our offset. */
const UNKNOWN_TOPIC = 3
const FIRST_RETRY_MS = 100
const MOST_RETRY_MS = 2_000
/** Partitions that are added later must not go unread in silence. */
const LOOK_AGAIN_MS = 10_000

/**
 * Fetches topics and partitions from the brokers that lead them. A broker that is lost is looked for again, for as long as
 * it takes; what is fetched goes on where it was.
 */
export class KafkaFetcher {
  readonly #options: KafkaFetcherOptions
  readonly #budget = new FetchBudget()
  readonly #buffers: AnswerBuffers | null
  /** Who leads each target; null: not known (any more). */
  readonly #leaders = new Map<FetchTarget, number | null>()
  /** Whose offset may not be there, or hold what it held. */
  readonly #unsure = new Set<FetchTarget>()
  readonly #loops = new Map<number, { loop: BrokerFetchLoop; targets: FetchTarget[] }>()
  readonly #lookAgain: Timer
  #seeking: Promise<void> | null = null
  #retryMs = FIRST_RETRY_MS
  #failing = false
  #closed = false

  constructor(options: KafkaFetcherOptions) {
    this.#options = options
    this.#buffers = options.reusesBuffers ? new AnswerBuffers() : null
    this.#lookAgain = options.clock.every(LOOK_AGAIN_MS, () => void this.#look().catch(() => undefined))
  }

  /** False from a failure until every partition is fetched again. */
  get connected(): boolean {
    return !this.#failing || this.#leaders.size === 0
  }

  /** Bytes of answers that have not all gone out. */
  get heldBytes(): number {
    return this.#budget.heldBytes
  }

  add(targets: readonly FetchTarget[]): void {
    for (const target of targets) this.#leaders.set(target, null)
    this.#seek()
  }

  remove(targets: readonly FetchTarget[]): void {
    for (const target of targets) {
      this.#leaders.delete(target)
      this.#unsure.delete(target)
    }
    this.#arrange()
  }

  /** There may be room for more. */
  wake(): void {
    for (const { loop } of this.#loops.values()) loop.wake()
  }

  close(): void {
    this.#closed = true
    this.#lookAgain.cancel()
    this.#leaders.clear()
    for (const { loop } of this.#loops.values()) loop.stop()
    this.#loops.clear()
  }

  #seek(): void {
    this.#seeking ??= this.#findLeaders().finally(() => {
      this.#seeking = null
      // What was lost while the search came to its end.
      if (!this.#closed && this.#lost().length > 0) this.#seek()
    })
  }

  /** Tries until every target has a leader and an offset that is there. */
  async #findLeaders(): Promise<void> {
    const { clock, logger, admin, onLost } = this.#options
    while (!this.#closed && this.#lost().length > 0) {
      try {
        for (const target of this.#unsure) {
          await relocate(admin, target, logger, onLost)
          this.#unsure.delete(target)
        }
        await this.#look()
      } catch (error) {
        this.#interrupted(unavailable(error, 'read'))
      }
      if (this.#lost().length === 0) return
      await clock.sleep(this.#retryMs)
      this.#retryMs = Math.min(this.#retryMs * 2, MOST_RETRY_MS)
    }
  }

  #lost(): FetchTarget[] {
    return [...this.#leaders].flatMap(([target, leader]) => (leader === null ? [target] : []))
  }

  async #look(): Promise<void> {
    const { leadersAdmin, partitions, onFailed } = this.#options
    const names = [...new Set([...this.#leaders.keys()].map(({ name }) => name))]
    if (names.length === 0) return
    const found = await kafkaLeaders(leadersAdmin, names)
    const odd = names.filter((name) => (found.partitions.get(name) ?? partitions) > partitions)
    if (odd.length > 0 && !this.#closed) {
      const counts = odd.map((name) => `${name} has ${found.partitions.get(name)}`).join(', ')
      this.close()
      onFailed(new VigilError('TOPICS_NOT_COPARTITIONED', `${counts}; the settings say ${partitions}`))
      return
    }
    this.#follow(found)
  }

  #follow(found: Leaders): void {
    for (const target of this.#leaders.keys()) {
      if (this.#unsure.has(target)) continue
      const leader = found.leaderOf(target)
      if (leader !== null && found.addressOf(leader) !== null) this.#leaders.set(target, leader)
    }
    for (const leader of new Set(this.#leaders.values())) {
      const address = leader === null ? null : found.addressOf(leader)
      if (leader === null || address === null || this.#loops.has(leader)) continue
      const { clock, isHolding, onTaken } = this.#options
      const targets: FetchTarget[] = []
      const loop = new BrokerFetchLoop({
        address,
        budget: this.#budget,
        buffers: this.#buffers,
        clock,
        targets: () => targets,
        isStill: (target) => this.#leaders.get(target) === leader,
        isHolding,
        onTaken: () => {
          this.#recovered()
          onTaken()
        },
        onErrors: (failed) => this.#refused(failed),
        onLost: (error) => this.#lostBroker(leader, loop, error),
      })
      this.#loops.set(leader, { loop, targets })
    }
    this.#arrange()
  }

  /** Gives every broker what it leads. */
  #arrange(): void {
    for (const [leader, { loop, targets }] of this.#loops) {
      const led = [...this.#leaders].flatMap(([target, node]) => (node === leader ? [target] : []))
      targets.splice(0, targets.length, ...led)
      loop.wake()
    }
  }

  #recovered(): void {
    if (!this.#failing) return
    const isWhole = [...this.#loops.values()].every(({ loop, targets }) => targets.length === 0 || loop.isAnswering)
    if (!isWhole || this.#lost().length > 0) return
    this.#failing = false
    this.#retryMs = FIRST_RETRY_MS
  }

  #refused(failed: readonly { target: FetchTarget; errorCode: number }[]): void {
    for (const { target, errorCode } of failed) {
      if (!this.#leaders.has(target)) continue
      this.#leaders.set(target, null)
      if (errorCode === OFFSET_OUT_OF_RANGE || errorCode === UNKNOWN_TOPIC) this.#unsure.add(target)
      if (errorCode !== OFFSET_OUT_OF_RANGE) this.#failing = true
      const { name, partition } = target
      this.#options.logger.info(
        { topic: name, partition, errorCode },
        'a partition could not be fetched; looking again',
      )
    }
    this.#arrange()
    this.#seek()
  }

  #lostBroker(leader: number, loop: BrokerFetchLoop, error: VigilError): void {
    if (this.#loops.get(leader)?.loop !== loop) return
    this.#loops.delete(leader)
    for (const [target, node] of this.#leaders) if (node === leader) this.#leaders.set(target, null)
    this.#interrupted(error)
    this.#options.clock.after(this.#retryMs, () => this.#seek())
  }

  /** Said once, however often it is tried meanwhile. */
  #interrupted(error: VigilError): void {
    if (!this.#failing && !this.#closed) {
      this.#options.logger.warn({ err: error }, 'reading was interrupted; it is taken up again')
    }
    this.#failing = true
  }
}

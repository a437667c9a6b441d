import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import type { AnswerBuffers } from './answer-buffers.ts'
import type { FetchBudget } from './fetch-budget.ts'
import { FETCH, writeFetch } from './fetch-request.ts'
import { type Asked, openAnswers } from './fetch-answers.ts'
import { readFetchResponse } from './fetch-response.ts'
import type { FetchTarget } from './fetch-target.ts'
import { KafkaConnection } from './kafka-connection.ts'

export interface BrokerAddress {
  host: string
  port: number
}

export interface BrokerFetchLoopOptions {
  address: BrokerAddress
  budget: FetchBudget
  /** null: answers are never put over one another */
  buffers: AnswerBuffers | null
  clock: Clock
  /** What this broker leads of all that is read. */
  targets(): readonly FetchTarget[]
  isStill(target: FetchTarget): boolean
  /** Whether records are held back until others are known not to come: then the broker is not to wait for more. */
  isHolding(): boolean
  /** Something has come; the next fetch is under way. */
  onTaken(): void
  onErrors(failed: readonly { target: FetchTarget; errorCode: number }[]): void
  /** The connection is lost; the loop has ended. */
  onLost(error: VigilError): void
}

/** How long a broker may wait for a record to come. */
const LIVE_WAIT_MS = 100
/** The same while something is held back, or while what is not asked for now may be wanted any moment. */
const QUICK_WAIT_MS = 10
/** An answer that stays away for longer than this has been lost. */
const ANSWER_WITHIN_MS = 10_000
/** What is asked for at once. With much more under way, new buffers live long enough for the garbage collector to take them for old. */
const ANSWER_BYTES = 2_097_152
/** Where buffers are used again: half of it would cost some percent more for each record, twice as much would save nothing more. */
const LENT_ANSWER_BYTES = 4_194_304

/** Fetches from one broker, one request at a time; the next is under way while the records of the last one are read. */
export class BrokerFetchLoop {
  readonly #options: BrokerFetchLoopOptions
  #connection: KafkaConnection | null = null
  #stopped = false
  #answering = false
  #wake: (() => void) | null = null
  /** Partitions whose next batch did not fit into what was left of an answer: the first in an answer always fits. */
  #cramped = new WeakSet<FetchTarget>()

  constructor(options: BrokerFetchLoopOptions) {
    this.#options = options
    void this.#run()
  }

  /** Whether the broker answers. */
  get isAnswering(): boolean {
    return this.#answering
  }

  /** There may be something to fetch. */
  wake(): void {
    this.#wake?.()
  }

  /** Ends at once; an answer that is under way is dropped. */
  stop(): void {
    this.#stopped = true
    this.#connection?.close()
    this.wake()
  }

  async #run(): Promise<void> {
    const { address, clock, buffers, onTaken, onLost } = this.#options
    try {
      const connection = await KafkaConnection.open({ ...address, clock, buffers })
      this.#connection = connection
      if (this.#stopped) connection.close()
      let hasTaken = false
      while (!this.#stopped) {
        const wanted = this.#wanted()
        const answer = wanted.length === 0 ? null : this.#fetch(connection, wanted)
        if (hasTaken) onTaken()
        hasTaken = answer === null ? false : await answer
        if (answer === null) await this.#sleep()
      }
    } catch (error) {
      this.#answering = false
      this.#connection?.close()
      if (!this.#stopped) onLost(lostBy(error))
    }
  }

  async #fetch(connection: KafkaConnection, wanted: readonly FetchTarget[]): Promise<boolean> {
    const { clock, buffers } = this.#options
    const asked = wanted.map((target) => ({ target, position: target.position }))
    const maxBytes = buffers === null ? ANSWER_BYTES : LENT_ANSWER_BYTES
    const bounds = { maxWaitMs: this.#maxWaitMs(wanted), maxBytes, maxPartitionBytes: maxBytes }
    const sentAtMs = clock.nowMs()
    const response = await connection.request(FETCH, ANSWER_WITHIN_MS, (to) => writeFetch(to, wanted, bounds))
    return this.#take(response, asked, sentAtMs)
  }

  async #take(response: Buffer, asked: readonly Asked[], sentAtMs: number): Promise<boolean> {
    const { clock, budget, buffers, isStill, onErrors } = this.#options
    const { errorCode, partitions } = readFetchResponse(response)
    if (errorCode !== 0) throw new VigilError('LOG_UNAVAILABLE', `a fetch was refused, error ${errorCode}`)
    const times = { sentAtMs, cameAtMs: clock.nowMs(), cameAtMonotonicMs: clock.monotonicMs() }
    const { opened, failed } = await openAnswers(response, partitions, asked, { budget, buffers })
    this.#answering = true
    for (const { target, position, isCramped, ...answer } of opened) {
      if (!isStill(target) || target.position !== position) {
        answer.batches.forEach(() => answer.release('read'))
        continue
      }
      if (isCramped) this.#cramped.add(target)
      else this.#cramped.delete(target)
      target.take({ ...answer, ...times })
    }
    if (failed.length > 0) onErrors(failed)
    return true
  }

  /** What has room, in the order in which the broker fills its answer: what is live, then what is furthest behind. */
  #wanted(): FetchTarget[] {
    const { targets, budget } = this.#options
    const wanted = targets().filter((target) => target.isEmpty || (target.wantsMore && !budget.isSpent))
    const rank = (target: FetchTarget): number => {
      if (this.#cramped.has(target)) return -Infinity
      return target.atEnd ? -1 : target.lastMs
    }
    return wanted.sort((a, b) => rank(a) - rank(b) || 0)
  }

  #maxWaitMs(wanted: readonly FetchTarget[]): number {
    const { targets, isHolding } = this.#options
    const isAll = targets().length === wanted.length
    return isAll && !isHolding() ? LIVE_WAIT_MS : QUICK_WAIT_MS
  }

  async #sleep(): Promise<void> {
    if (this.#stopped) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = null
  }
}

function lostBy(error: unknown): VigilError {
  if (error instanceof VigilError) return error
  const says = error instanceof Error ? error.message : String(error)
  return new VigilError('LOG_UNAVAILABLE', says, { cause: error })
}

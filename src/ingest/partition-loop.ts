import type { Clock, Timer } from '../clock.ts'
import type { Batch } from './log.ts'

/** With nothing to deliver, a batch without records says this often that time goes by. */
export const TICK_MS = 250
export interface NextBatch {
  batch: Batch
  more: boolean
  /** null: nothing is held back */
  waitMs: number | null
}

export interface PartitionLoopOptions {
  clock: Clock
  /** The next batch, whether more can be had at once, and in how many ms what is held back is worth a look. */
  next(): NextBatch
  receive(batch: Batch): Promise<void>
  onError(error: unknown): void
}

/** Calls a receiver with one batch after the other, never two at a time. */
export class PartitionLoop {
  readonly #options: PartitionLoopOptions
  readonly #ended: Promise<void>
  #stopping = false
  #woken = false
  #wake: (() => void) | null = null

  constructor(options: PartitionLoopOptions) {
    this.#options = options
    this.#ended = this.#run()
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#woken = true
    this.#wake?.()
  }

  /** Resolves when the receiver is not running and will not be called. */
  stop(): Promise<void> {
    this.#stopping = true
    this.wake()
    return this.#ended
  }

  async #run(): Promise<void> {
    const { clock, next, receive, onError } = this.#options
    let deliveredAtMs = -Infinity
    try {
      await turn()
      while (!this.#stopping) {
        this.#woken = false
        const { batch, more, waitMs } = next()
        const sinceMs = clock.monotonicMs() - deliveredAtMs
        if (batch.records.length > 0 || sinceMs >= TICK_MS) {
          deliveredAtMs = clock.monotonicMs()
          await receive(batch)
          if (more) await turn()
        }
        const tickMs = deliveredAtMs + TICK_MS - clock.monotonicMs()
        if (!more) await this.#pause(Math.min(waitMs ?? Infinity, tickMs))
      }
    } catch (error) {
      this.#stopping = true
      onError(error)
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#woken || this.#stopping) return turn()
    let timer: Timer | null = null
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = this.#options.clock.after(Math.max(1, ms), resolve)
    })
    this.#wake = null
    ;(timer as Timer | null)?.cancel()
  }
}

/** Lets the event loop go round once, so that a long catch-up leaves room for everything else. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

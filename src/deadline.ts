import type { Logger } from 'pino'
import type { Clock } from './clock.ts'

/** A part that is stopped by itself has this long; in a stop of the whole it is told how much of it is left. */
export const STOP_WITHIN_MS = 9_500

/** When something must have come to its end, whatever hangs in it: handed down, so that the parts of a stop share one time. */
export class Deadline {
  readonly #atMs: number
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #leftBehind: Set<string>

  private constructor(atMs: number, clock: Clock, logger: Logger, leftBehind: Set<string>) {
    this.#atMs = atMs
    this.#clock = clock
    this.#logger = logger
    this.#leftBehind = leftBehind
  }

  static in(ms: number, { clock, logger }: { clock: Clock; logger: Logger }): Deadline {
    return new Deadline(clock.monotonicMs() + ms, clock, logger, new Set())
  }

  get leftMs(): number {
    return Math.max(0, this.#atMs - this.#clock.monotonicMs())
  }

  /** What did not come to its end by this deadline, and by those that were made of it. */
  get leftBehind(): readonly string[] {
    return [...this.#leftBehind]
  }

  /** An earlier one: what comes after keeps so much of the time. */
  earlier(keptMs: number): Deadline {
    return this.#at(this.#atMs - keptMs)
  }

  /** One that comes after so long at the latest. */
  atMost(ms: number): Deadline {
    return this.#at(Math.min(this.#atMs, this.#clock.monotonicMs() + ms))
  }

  /** Waits for something to come to its end, but not for ever: what hangs is reported and left behind. */
  async wait(ended: Promise<unknown>, what: string): Promise<void> {
    let cancel = (): void => undefined
    const late = new Promise<'late'>((resolve) => {
      const timer = this.#clock.after(this.leftMs, () => resolve('late'))
      cancel = () => timer.cancel()
    })
    let outcome: unknown
    try {
      outcome = await Promise.race([ended.then(() => 'ended'), late])
    } finally {
      cancel()
    }
    if (outcome === 'late') this.leave(what)
  }

  leave(what: string): void {
    if (!this.#leftBehind.has(what)) this.#logger.error({ what }, 'this did not come to its end; it was left behind')
    this.#leftBehind.add(what)
  }

  #at(atMs: number): Deadline {
    return new Deadline(atMs, this.#clock, this.#logger, this.#leftBehind)
  }
}

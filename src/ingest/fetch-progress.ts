import { type Clock } from '../clock.ts'

/** A broker that has not answered for so long holds no partitions of ours any more. */
const FORGET_MS = 30_000
const SKEW_SAMPLES = 32

/**
 * How far a Kafka consumer has seen. What a fetch brought has been handed on for sure when the next one to that broker is
 * answered; it held all that was appended before it was sent.
 */
export class FetchProgress {
  readonly #clock: Clock
  readonly #marginMs: number
  readonly #answered = new Map<string, number>()
  readonly #handled = new Map<string, number>()
  readonly #skewMs: number[] = []

  constructor(clock: Clock, marginMs: number) {
    this.#clock = clock
    this.#marginMs = marginMs
  }

  /** A broker has answered a fetch that was sent at `sentAtMs`, wall-clock time. */
  answered(broker: string, sentAtMs: number): void {
    const before = this.#answered.get(broker)
    if (before !== undefined) this.#handled.set(broker, before)
    this.#answered.set(broker, sentAtMs)
  }

  /** A record came that was appended just now. */
  sawLive(appendTimeMs: number): void {
    this.#skewMs.push(appendTimeMs - this.#clock.nowMs())
    if (this.#skewMs.length > SKEW_SAMPLES) this.#skewMs.shift()
  }

  /** Wall-clock time before which nothing was appended that has not been handed on; 0: not known. */
  seenMs(): number {
    const nowMs = this.#clock.nowMs()
    let seenMs = Infinity
    for (const [broker, sentAtMs] of this.#answered) {
      if (nowMs - sentAtMs < FORGET_MS) seenMs = Math.min(seenMs, this.#handled.get(broker) ?? 0)
    }
    return seenMs === Infinity ? 0 : seenMs
  }

  /** The same in append time, which is the brokers': where live records show that their clock lags ours, so does the answer. */
  throughMs(): number {
    const seenMs = this.seenMs()
    if (seenMs === 0) return 0
    const lagMs = this.#skewMs.length === 0 ? 0 : Math.min(0, Math.max(...this.#skewMs))
    return Math.floor(seenMs + lagMs - this.#marginMs)
  }
}

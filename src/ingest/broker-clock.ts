import type { Clock } from '../clock.ts'

const SKEW_SAMPLES = 32
const MOST_SKEW_MS = 60_000

/** The brokers' clock as far as records show it: their append times are what readers decide on. */
export class BrokerClock {
  readonly #clock: Clock
  readonly #marginMs: number
  readonly #skewMs: number[] = []

  constructor(clock: Clock, marginMs: number) {
    this.#clock = clock
    this.#marginMs = marginMs
  }

  /** A record came that was appended just now. */
  sawLive(appendTimeMs: number): void {
    this.#skewMs.push(appendTimeMs - this.#clock.nowMs())
    if (this.#skewMs.length > SKEW_SAMPLES) this.#skewMs.shift()
  }

  /**
   * The append time up to which everything has been seen when everything appended before `seenMs`, by our clock, has been.
   * Where live records show that the brokers' clock lags ours, so does the answer. 0: nothing is known.
   */
  throughMs(seenMs: number): number {
    return seenMs === 0 ? 0 : Math.floor(this.#atBrokers(seenMs) - this.#marginMs)
  }

  /** The same without knowing their clock at all: it is not off by more than this. 0: nothing is known. */
  surelyThroughMs(seenMs: number): number {
    return seenMs === 0 ? 0 : this.#atBrokers(seenMs) - MOST_SKEW_MS
  }

  #atBrokers(timeMs: number): number {
    const lagMs = this.#skewMs.length === 0 ? 0 : Math.min(0, Math.max(...this.#skewMs))
    return timeMs + lagMs
  }
}

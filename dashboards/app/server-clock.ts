const OBSERVATIONS = 30
/** A change beyond this is a step of the server's clock, not the jitter of the network. */
const STEP_MS = 2_000

/**
 * The server's wall clock, known from the times it sends. Every observation is late by its time on the wire, so the largest
 * offset of the last ones is the nearest (the minimum filter of NTP, RFC 5905, with one way only). This PC's wall clock is never asked.
 */
export class ServerClock {
  readonly #offsets: number[] = []

  observe(serverTimeMs: number, monotonicMs: number): void {
    const offset = serverTimeMs - monotonicMs
    const known = this.#offset()
    if (known !== null && Math.abs(offset - known) > STEP_MS) this.#offsets.length = 0
    this.#offsets.push(offset)
    if (this.#offsets.length > OBSERVATIONS) this.#offsets.shift()
  }

  /** The server's time, or null before it was heard. */
  nowMs(monotonicMs: number): number | null {
    const offset = this.#offset()
    return offset === null ? null : monotonicMs + offset
  }

  #offset(): number | null {
    return this.#offsets.length === 0 ? null : Math.max(...this.#offsets)
  }
}

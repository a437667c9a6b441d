import type { Clock } from '../clock.ts'

/** How far the log's time may run ahead of the wall clock before it is held to the pace of the monotonic one. */
const FREE_LEAD_MS = 250

/**
 * The embedded log's time. A reader that closes a time has seen all that was appended up to it, because later appends get a
 * later one; so what a second reading merges is what the first one merged. The wall clock may step back, this one does not.
 */
export class AppendTime {
  readonly #clock: Clock
  #lastAppendMs: number
  #closedMs: number
  #closedAtMs: number

  constructor(clock: Clock, startMs: number) {
    this.#clock = clock
    this.#lastAppendMs = startMs
    this.#closedMs = startMs
    this.#closedAtMs = clock.monotonicMs()
  }

  /** Readers have been told of everything up to here. */
  get closedMs(): number {
    return this.#closedMs
  }

  /** The append time of what is appended now. */
  next(): number {
    return Math.max(this.#clock.nowMs(), this.#lastAppendMs, this.#closedMs + 1)
  }

  /** Takes note of an append. */
  appended(appendTimeMs: number): void {
    this.#lastAppendMs = Math.max(this.#lastAppendMs, appendTimeMs)
  }

  /** Closes all time up to now: what is appended from here on is later. Returns the time that is closed. */
  close(): number {
    const nowMs = this.#clock.nowMs()
    const monotonicMs = this.#clock.monotonicMs()
    const latestMs = Math.max(nowMs, this.#lastAppendMs)
    const passedMs = Math.floor(monotonicMs - this.#closedAtMs)
    const reachedMs = latestMs - nowMs > FREE_LEAD_MS ? Math.min(latestMs, this.#closedMs + passedMs) : latestMs
    this.#closeAt(reachedMs, monotonicMs)
    return this.#closedMs
  }

  /** Closes the time before what is appended now, without pushing that on. */
  closeBefore(): number {
    this.#closeAt(Math.max(this.#clock.nowMs(), this.#lastAppendMs) - 1, this.#clock.monotonicMs())
    return this.#closedMs
  }

  #closeAt(timeMs: number, monotonicMs: number): void {
    if (timeMs <= this.#closedMs) return
    this.#closedMs = timeMs
    this.#closedAtMs = monotonicMs
  }
}

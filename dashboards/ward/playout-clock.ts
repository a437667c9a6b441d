/** Wall-clock time kept in hand beyond the length of a stretch, against the jitter of its arrival. */
const MARGIN_MS = 200
const MOST_MARGIN_MS = 1_500
/** The next stretch is about to come; until then the sweep has this much left to show. */
const FILL_LEAD_MS = 1_000
/** Time in hand beyond what is needed after which the display catches up. */
const SPARE_MS = 3_000

/**
 * Which event time a strip shows now. It runs at `speed` from a point a little behind the newest samples, so that stretches
 * that come once a second are swept evenly; when data stay away it runs on, and the strip shows the hole.
 */
export class PlayoutClock {
  readonly speed: number
  /** Event time at which it stands still. */
  endMs = Infinity
  #anchor: { eventMs: number; monotonicMs: number } | null = null
  #marginMs = MARGIN_MS
  /** Nothing but what was there before has come yet. */
  #isFilled = false

  constructor(speed = 1) {
    this.speed = speed
  }

  /** A stretch `[startMs, endMs)` of event time arrived. */
  arrived(startMs: number, endMs: number, monotonicMs: number): void {
    const shownMs = this.#isFilled ? null : this.shownAt(monotonicMs)
    this.#isFilled = false
    if (shownMs === null) {
      this.#anchorBehind(startMs, monotonicMs)
      return
    }
    const inHandMs = (startMs - shownMs) / this.speed
    if (inHandMs < 0 && endMs > shownMs - SPARE_MS * this.speed) {
      // The sweep had passed where this belongs: go back to it and keep more in hand.
      this.#marginMs = Math.min(MOST_MARGIN_MS, this.#marginMs * 2)
      this.#anchorBehind(startMs, monotonicMs)
    } else if (inHandMs < 0 || inHandMs > SPARE_MS + this.#marginMs) {
      this.#anchorBehind(startMs, monotonicMs)
    }
  }

  /** What was there before ends here. It fills the strip, and until something new comes the strip shows it to its end. */
  filled(endMs: number, monotonicMs: number): void {
    const shownMs = this.shownAt(monotonicMs)
    if (this.#isFilled ? shownMs === null || shownMs < endMs - FILL_LEAD_MS : shownMs === null) {
      this.#anchor = { eventMs: endMs - FILL_LEAD_MS, monotonicMs }
      this.#isFilled = true
    }
  }

  /** Event time to show, or null before the first stretch. */
  shownAt(monotonicMs: number): number | null {
    const anchor = this.#anchor
    if (anchor === null) return null
    return Math.min(this.endMs, anchor.eventMs + (monotonicMs - anchor.monotonicMs) * this.speed)
  }

  #anchorBehind(startMs: number, monotonicMs: number): void {
    this.#anchor = { eventMs: startMs - this.#marginMs * this.speed, monotonicMs }
  }
}

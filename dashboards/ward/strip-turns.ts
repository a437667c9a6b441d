/** Frames without strips once an alert came: the one that it is drawn in and the one after. */
const FRAMES_FOR_ALERT = 2
/** Frames that are looked at together. */
const LOOK_FRAMES = 30
const LATE = 1.2
const IN_TIME = 1.05
/** So many looks in a row have to be in time before strips are painted more often again. */
const IN_TIME_LOOKS = 10
/** Strips are painted in one of so many frames at the least. */
const FEWEST = 3
/** No screen draws faster than it is worth to look at. */
const SHORTEST_FRAME_MS = 8

/**
 * Which frames paint the strips. Waveforms give way twice: to an alert, which is drawn in a frame without them, and on a machine
 * whose frames come late, where only every second or third frame has them. All of them are painted in the same frame: one
 * without any costs the browser next to nothing. Nothing is lost by waiting: the next frame with strips sweeps further.
 */
export class StripTurns {
  #oneIn = 1
  #turn = 0
  #without = 0
  #painted = true
  #lastMs: number | null = null
  #frameMs = Infinity
  #frames = 0
  #lookFromMs = 0
  #inTimeLooks = 0

  /** Strips are painted in one of so many frames. */
  get oneIn(): number {
    return this.#oneIn
  }

  /** However many alerts come, strips go on between them: one that stands still looks like a lost feed. */
  giveWay(): void {
    if (this.#painted) this.#without = FRAMES_FOR_ALERT
  }

  /** A frame at `atMs` of the screen's frame clock: returns whether it paints the strips. */
  frame(atMs: number): boolean {
    this.#look(atMs)
    if (this.#without > 0) {
      this.#without--
      this.#painted = false
      return false
    }
    this.#turn = (this.#turn + 1) % this.#oneIn
    if (this.#turn !== 0) return false
    this.#painted = true
    return true
  }

  #look(atMs: number): void {
    const gapMs = this.#lastMs === null ? Infinity : atMs - this.#lastMs
    this.#lastMs = atMs
    // After a second without frames the page was hidden or held still, which says nothing of how long its frames take.
    if (gapMs > 1_000) {
      this.#frames = 0
      this.#lookFromMs = atMs
      return
    }
    if (++this.#frames < LOOK_FRAMES) return
    // What the screen can do is the best it has done over a whole look: a single gap can be shorter than its frames are.
    const meanMs = (atMs - this.#lookFromMs) / LOOK_FRAMES
    this.#frameMs = Math.min(this.#frameMs, Math.max(SHORTEST_FRAME_MS, meanMs))
    const lateBy = meanMs / this.#frameMs
    this.#frames = 0
    this.#lookFromMs = atMs
    this.#inTimeLooks = lateBy <= IN_TIME ? this.#inTimeLooks + 1 : 0
    if (lateBy > LATE) this.#oneIn = Math.min(FEWEST, this.#oneIn + 1)
    else if (this.#inTimeLooks >= IN_TIME_LOOKS) {
      this.#inTimeLooks = 0
      this.#oneIn = Math.max(1, this.#oneIn - 1)
    }
  }
}

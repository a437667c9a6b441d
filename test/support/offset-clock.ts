import { SystemClock } from '../../src/clock.ts'

/** A machine whose clock is wrong by a fixed time. */
export class OffsetClock extends SystemClock {
  readonly #offsetMs: number

  constructor(offsetMs: number) {
    super()
    this.#offsetMs = offsetMs
  }

  override nowMs(): number {
    return super.nowMs() + this.#offsetMs
  }
}

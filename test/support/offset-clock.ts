import { SystemClock } from '../../src/clock.ts'

/** A machine whose clock is wrong, by a time that can change. */
export class OffsetClock extends SystemClock {
  offsetMs: number

  constructor(offsetMs: number) {
    super()
    this.offsetMs = offsetMs
  }

  override nowMs(): number {
    return super.nowMs() + this.offsetMs
  }
}

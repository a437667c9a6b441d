import type { ReadingHeader } from '../ingest/reading-header.ts'
import type { Modality } from '../reading.ts'
import type { HeldReadings } from './held-readings.ts'
import { WindowReadings } from './window-readings.ts'

/** The readings of one patient whose event time lies in `[startMs, startMs + size)`, until the window closes. */
export class OpenWindow {
  readonly startMs: number
  /** Append time of the first reading; the bounded wait counts from here. */
  readonly openedAppendTimeMs: number
  readonly #held: HeldReadings

  constructor(startMs: number, openedAppendTimeMs: number, held: HeldReadings) {
    this.#held = held
    this.startMs = startMs
    this.openedAppendTimeMs = openedAppendTimeMs
  }

  add(header: ReadingHeader): void {
    this.#held.add(header)
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#held.bytes
  }

  /** The oldest offset of a stream's topic that this window needs to be rebuilt. */
  oldestOffset(modality: Modality): number {
    return this.#held.oldestOffset(modality)
  }

  get length(): number {
    return this.#held.length
  }

  /** What it came to; nothing is added any more. */
  closed(): WindowReadings {
    return new WindowReadings(this.#held)
  }
}

import { mixedSeed, seededRandom } from './seeded-random.ts'

/** Which stretch of a feed, one a second. */
export interface Slot {
  /** Counts the seconds since the start of the ward. */
  index: number
  /** Seconds from the start of the ward at which it begins. */
  fromS: number
  /** True time of its end, ms since the epoch: when the device sends it. */
  endMs: number
  receivedMs: number
}

/** The way from the device to us takes at least and at most this long. */
const LEAST_DELAY_MS = 15
const MOST_DELAY_MS = 75

/** When a feed of the demo ward sends: once a second, at its own place within the second. */
export class SimulatedFeed {
  readonly #startMs: number
  readonly #staggerMs: number
  readonly #seed: number

  constructor(startMs: number, staggerMs: number, seed: number) {
    this.#startMs = startMs
    this.#staggerMs = staggerMs
    this.#seed = seed
  }

  /** The slots received in `[fromMs, toMs)`, in order. */
  slots(fromMs: number, toMs: number): Slot[] {
    const slots: Slot[] = []
    const first = Math.max(0, Math.floor((fromMs - MOST_DELAY_MS - this.#startMs - this.#staggerMs) / 1_000) - 1)
    for (let index = first; ; index++) {
      const slot = this.#slot(index)
      if (slot.endMs >= toMs) return slots
      if (slot.receivedMs >= fromMs && slot.receivedMs < toMs) slots.push(slot)
    }
  }

  #slot(index: number): Slot {
    const endMs = this.#startMs + this.#staggerMs + (index + 1) * 1_000
    const share = seededRandom(mixedSeed(this.#seed, index))() ** 3
    const delayMs = Math.round(LEAST_DELAY_MS + (MOST_DELAY_MS - LEAST_DELAY_MS) * share)
    return { index, fromS: this.#staggerMs / 1_000 + index, endMs, receivedMs: endMs + delayMs }
  }
}

/** Spreads beds evenly over the second, however many there are (van der Corput sequence, base 2); ms. */
export function staggerMs(bedIndex: number): number {
  let share = 0
  for (let rest = bedIndex, part = 0.5; rest > 0; rest = Math.floor(rest / 2), part /= 2) share += (rest % 2) * part
  return Math.floor(share * 1_000)
}

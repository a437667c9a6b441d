import type { Signals, VitalsHistory } from '../reading.ts'
import { HISTORY_HOURS } from '../reading.ts'
import type { VitalsProgress } from '../records.ts'
import { measuredIn, VITAL_SIGNS, type VitalSign } from './vital-signs.ts'

const SIGNS = Object.keys(VITAL_SIGNS) as VitalSign[]
const HOUR_MS = 3_600_000
/** Sums are whole hundredths, so that a restored sum is the sum to the last bit; a finished hour is kept in tenths. */
const [PER_SUM, PER_MEAN] = [100, 10]
const NONE = -32_768

/**
 * A patient's vital signs hour by hour: of each finished hour the mean of its windows' medians, and of the hour that runs the sums so far.
 * Windows come in their order; what is saved and restored goes on as if it had never stopped.
 */
export class HourlyVitals {
  /** hours since 1970 of the hour that runs; NaN before the first window */
  #hour: number
  readonly #sums: number[]
  readonly #counts: number[]
  /** finished hours, oldest first, up to the one before `#hour`; tenths by vital sign */
  #finished: Int16Array
  /** the same as it is saved: with every window, but new only once an hour */
  #finishedBytes: Buffer = Buffer.alloc(0)

  constructor(saved: VitalsProgress | null) {
    this.#hour = saved?.hour ?? NaN
    this.#sums = SIGNS.map((_, sign) => saved?.sums[sign] ?? 0)
    this.#counts = SIGNS.map((_, sign) => saved?.counts[sign] ?? 0)
    this.#finished = new Int16Array((saved?.finished.length ?? 0) >> 1)
    this.#finished.forEach((_, at, finished) => (finished[at] = saved?.finished.readInt16LE(2 * at) ?? NONE))
    this.#finishedBytes = saved?.finished ?? this.#finishedBytes
  }

  /** Takes a window's signals; the history as it is then. */
  add(startMs: number, signals: Signals): VitalsHistory {
    this.#reach(Math.floor(startMs / HOUR_MS))
    const now = SIGNS.map((sign) => measuredIn(signals, sign)?.value ?? NaN)
    now.forEach((value, sign) => {
      if (Number.isNaN(value)) return
      this.#sums[sign] = (this.#sums[sign] ?? 0) + Math.round(value * PER_SUM)
      this.#counts[sign] = (this.#counts[sign] ?? 0) + 1
    })
    return { hours: this.#rows(now) }
  }

  save(): VitalsProgress | null {
    if (Number.isNaN(this.#hour)) return null
    return { hour: this.#hour, sums: [...this.#sums], counts: [...this.#counts], finished: this.#finishedBytes }
  }

  /** Finishes the hour that ran, and those in which nothing came. */
  #reach(hour: number): void {
    if (!(hour > this.#hour)) {
      if (Number.isNaN(this.#hour)) this.#hour = hour
      return
    }
    const passed = Math.min(hour - this.#hour, HISTORY_HOURS)
    const kept = this.#finished.length + passed * SIGNS.length
    const all = new Int16Array(kept).fill(NONE)
    all.set(this.#finished)
    // The first of the hours that passed is the one that ran, unless it is out of the history by now.
    if (hour - this.#hour <= HISTORY_HOURS)
      SIGNS.forEach((_, sign) => {
        const mean = (this.#sums[sign] ?? 0) / (this.#counts[sign] ?? 0)
        if (Number.isFinite(mean)) all[this.#finished.length + sign] = Math.round((mean / PER_SUM) * PER_MEAN)
      })
    this.#finished = all.slice(Math.max(0, kept - (HISTORY_HOURS - 1) * SIGNS.length))
    const bytes = Buffer.alloc(2 * this.#finished.length)
    this.#finished.forEach((tenths, at) => bytes.writeInt16LE(tenths, 2 * at))
    this.#finishedBytes = bytes
    this.#hour = hour
    this.#sums.fill(0)
    this.#counts.fill(0)
  }

  /** Of the hour that runs the values of now; where there are none, the mean so far. */
  #rows(now: readonly number[]): Float32Array {
    const rows = new Float32Array(HISTORY_HOURS * SIGNS.length).fill(NaN)
    const from = rows.length - SIGNS.length - this.#finished.length
    this.#finished.forEach((tenths, at) => {
      if (tenths !== NONE) rows[from + at] = tenths / PER_MEAN
    })
    SIGNS.forEach((_, sign) => {
      const value = now[sign] ?? NaN
      const soFar = (this.#sums[sign] ?? 0) / (this.#counts[sign] ?? 0) / PER_SUM
      rows[rows.length - SIGNS.length + sign] = Number.isNaN(value) ? soFar : value
    })
    return rows
  }
}

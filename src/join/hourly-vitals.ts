import type { Signals, VitalsHistory } from '../reading.ts'
import { HISTORY_HOURS } from '../reading.ts'
import type { VitalsProgress } from '../records.ts'
import { measuredIn, VITAL_SIGNS, type VitalSign } from './vital-signs.ts'

const SIGNS = Object.keys(VITAL_SIGNS) as VitalSign[]
const HOUR_MS = 3_600_000
/** All is kept in whole hundredths, which is what models were trained on and restores to the last bit. */
const PER_UNIT = 100
/** A pressure in hundredths is too large for 16 bits, so a finished hour is saved as tenths, which versions before read too, and the rest. */
const PER_TENTH = 10
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
  /** finished hours, oldest first, up to the one before `#hour`; hundredths by vital sign */
  #finished: Int32Array
  /** the same as it is saved: with every window, but new only once an hour */
  #saved: Pick<VitalsProgress, 'finished' | 'finer'>

  constructor(saved: VitalsProgress | null) {
    this.#hour = saved?.hour ?? NaN
    this.#sums = SIGNS.map((_, sign) => saved?.sums[sign] ?? 0)
    this.#counts = SIGNS.map((_, sign) => saved?.counts[sign] ?? 0)
    this.#finished = saved === null ? new Int32Array() : hundredthsOf(saved)
    this.#saved = asSaved(this.#finished)
  }

  /** Takes a window's signals; the history as it is then. */
  add(startMs: number, signals: Signals): VitalsHistory {
    this.#reach(Math.floor(startMs / HOUR_MS))
    const now = SIGNS.map((sign) => measuredIn(signals, sign)?.value ?? NaN)
    now.forEach((value, sign) => {
      if (Number.isNaN(value)) return
      this.#sums[sign] = (this.#sums[sign] ?? 0) + Math.round(value * PER_UNIT)
      this.#counts[sign] = (this.#counts[sign] ?? 0) + 1
    })
    return { hours: this.#rows(now) }
  }

  save(): VitalsProgress | null {
    if (Number.isNaN(this.#hour)) return null
    return { hour: this.#hour, sums: [...this.#sums], counts: [...this.#counts], ...this.#saved }
  }

  /** Finishes the hour that ran, and those in which nothing came. */
  #reach(hour: number): void {
    if (!(hour > this.#hour)) {
      if (Number.isNaN(this.#hour)) this.#hour = hour
      return
    }
    const passed = Math.min(hour - this.#hour, HISTORY_HOURS)
    const kept = this.#finished.length + passed * SIGNS.length
    const all = new Int32Array(kept).fill(NONE)
    all.set(this.#finished)
    // The first of the hours that passed is the one that ran, unless it is out of the history by now.
    if (hour - this.#hour <= HISTORY_HOURS)
      SIGNS.forEach((_, sign) => {
        const mean = (this.#sums[sign] ?? 0) / (this.#counts[sign] ?? 0)
        if (Number.isFinite(mean)) all[this.#finished.length + sign] = Math.round(mean)
      })
    this.#finished = all.slice(Math.max(0, kept - (HISTORY_HOURS - 1) * SIGNS.length))
    this.#saved = asSaved(this.#finished)
    this.#hour = hour
    this.#sums.fill(0)
    this.#counts.fill(0)
  }

  /** Of the hour that runs the values of now; where there are none, the mean so far. */
  #rows(now: readonly number[]): Float32Array {
    const rows = new Float32Array(HISTORY_HOURS * SIGNS.length).fill(NaN)
    const from = rows.length - SIGNS.length - this.#finished.length
    this.#finished.forEach((hundredths, at) => {
      if (hundredths !== NONE) rows[from + at] = hundredths / PER_UNIT
    })
    SIGNS.forEach((_, sign) => {
      const value = now[sign] ?? NaN
      const soFar = (this.#sums[sign] ?? 0) / (this.#counts[sign] ?? 0) / PER_UNIT
      rows[rows.length - SIGNS.length + sign] = Number.isNaN(value) ? soFar : value
    })
    return rows
  }
}

/** A state of a version before has tenths and nothing finer: those it kept, to the last bit. */
function hundredthsOf({ finished, finer }: VitalsProgress): Int32Array {
  return Int32Array.from({ length: finished.length >> 1 }, (_, at) => {
    const tenths = finished.readInt16LE(2 * at)
    return tenths === NONE ? NONE : tenths * PER_TENTH + (at < finer.length ? finer.readInt8(at) : 0)
  })
}

function asSaved(hundredths: Int32Array): Pick<VitalsProgress, 'finished' | 'finer'> {
  const [finished, finer] = [Buffer.alloc(2 * hundredths.length), Buffer.alloc(hundredths.length)]
  hundredths.forEach((value, at) => {
    const tenths = value === NONE ? NONE : Math.round(value / PER_TENTH)
    finished.writeInt16LE(tenths, 2 * at)
    if (value !== NONE) finer.writeInt8(value - tenths * PER_TENTH, at)
  })
  return { finished, finer }
}

import { seededRandom } from '../acquire/seeded-random.ts'

const RESAMPLES = 1_000

export interface Interval {
  /** 95 % percentile interval; NaN where no draw has an answer */
  low95: number
  high95: number
}

export interface Estimate extends Interval {
  value: number
}

export interface Resampling {
  seed: number
  resamples?: number
}

/**
 * 95 % percentile interval of a measure of rows by bootstrap: subjects (a patient with all that is of him) are drawn with replacement, since
 * what is of one subject is not independent (Efron and Tibshirani 1993, 13.3). Draws without an answer, as of one class only, are left out.
 */
export function intervalOf(
  subjects: readonly string[],
  measure: (rows: readonly number[]) => number,
  { seed, resamples = RESAMPLES }: Resampling,
): Interval {
  const rowsOf = new Map<string, number[]>()
  subjects.forEach((subject, row) => {
    const rows = rowsOf.get(subject)
    if (rows === undefined) rowsOf.set(subject, [row])
    else rows.push(row)
  })
  const all = [...rowsOf.values()]
  const random = seededRandom(seed)
  const values: number[] = []
  for (let resample = 0; resample < resamples; resample++) {
    const rows: number[] = []
    for (let draw = 0; draw < all.length; draw++) rows.push(...(all[Math.floor(random() * all.length)] ?? []))
    values.push(measure(rows))
  }
  return percentileInterval(values)
}

/** The same with the measure of all rows. */
export function estimate(
  subjects: readonly string[],
  measure: (rows: readonly number[]) => number,
  seed: number,
): Estimate {
  return { value: measure([...subjects.keys()]), ...intervalOf(subjects, measure, { seed }) }
}

/** What lies between the 2.5th and the 97.5th percentile of what the draws gave; a draw without an answer is NaN. */
export function percentileInterval(values: readonly number[]): Interval {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  return { low95: percentile(sorted, 0.025), high95: percentile(sorted, 0.975) }
}

/** Of sorted values, by linear interpolation between the two nearest (Hyndman and Fan 1996, type 7). */
export function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? NaN
  const high = sorted[Math.ceil(at)] ?? NaN
  return low + (high - low) * (at - Math.floor(at))
}

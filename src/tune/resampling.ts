import { seededRandom } from '../acquire/seeded-random.ts'

const RESAMPLES = 1_000

export interface Estimate {
  value: number
  /** 95 % percentile interval */
  low95: number
  high95: number
}

/**
 * A measure of rows with its interval by bootstrap, subjects drawn whole, since what is of one subject is not independent (Efron and
 * Tibshirani 1993, 13.3). Draws without an answer, as of one class only, are left out.
 */
export function estimate(
  subjects: readonly string[],
  measure: (rows: readonly number[]) => number,
  seed: number,
): Estimate {
  const rowsOf = new Map<string, number[]>()
  subjects.forEach((subject, row) => {
    const rows = rowsOf.get(subject)
    if (rows === undefined) rowsOf.set(subject, [row])
    else rows.push(row)
  })
  const all = [...rowsOf.values()]
  const random = seededRandom(seed)
  const values: number[] = []
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const rows: number[] = []
    for (let draw = 0; draw < all.length; draw++) rows.push(...(all[Math.floor(random() * all.length)] ?? []))
    const value = measure(rows)
    if (Number.isFinite(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? NaN
  return { value: measure([...subjects.keys()]), low95: at(0.025), high95: at(0.975) }
}

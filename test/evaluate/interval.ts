import { seededRandom } from '../../src/acquire/seeded-random.ts'

export interface Interval {
  low95: number
  high95: number
}

const SEED = 0
const RESAMPLES = 1_000

/**
 * 95 % percentile interval of a measure by bootstrap: groups (a patient with all that is of him) are drawn with replacement, since what is
 * of one patient is not independent (Efron and Tibshirani 1993, 13.3). Draws that lack a class are left out. NaN where every draw lacks one.
 */
export function intervalOf(
  groups: readonly string[],
  measure: (indices: readonly number[]) => number,
  resamples = RESAMPLES,
): Interval {
  const members = new Map<string, number[]>()
  groups.forEach((group, index) => {
    const of = members.get(group)
    if (of === undefined) members.set(group, [index])
    else of.push(index)
  })
  const all = [...members.values()]
  const random = seededRandom(SEED)
  const values: number[] = []
  for (let resample = 0; resample < resamples; resample++) {
    const drawn: number[] = []
    for (let draw = 0; draw < all.length; draw++) drawn.push(...(all[Math.floor(random() * all.length)] ?? []))
    const value = measure(drawn)
    if (Number.isFinite(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  return { low95: percentile(values, 0.025), high95: percentile(values, 0.975) }
}

/** Between the two nearest of sorted values. */
export function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? NaN
  const high = sorted[Math.ceil(at)] ?? NaN
  return low + (high - low) * (at - Math.floor(at))
}

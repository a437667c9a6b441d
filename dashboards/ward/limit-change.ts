import type { Limit } from '../../src/records.ts'

export interface Band {
  low: number | null
  high: number | null
}

export const NO_BAND: Band = { low: null, high: null }

export function bandOf(limit: Limit | undefined): Band {
  return limit === undefined ? NO_BAND : { low: limit.low, high: limit.high }
}

export function sameBand(a: Band, b: Band): boolean {
  return a.low === b.low && a.high === b.high
}

/** What a new band no longer alarms at that the old one did, in words; '' where it alarms at all that the old one did. */
export function wideningWords(before: Band, after: Band): string {
  const sides = [
    before.low !== null && (after.low === null || after.low < before.low)
      ? after.low === null
        ? `no alarm below ${before.low} any more`
        : `below ${before.low} only from ${after.low} on`
      : '',
    before.high !== null && (after.high === null || after.high > before.high)
      ? after.high === null
        ? `no alarm above ${before.high} any more`
        : `above ${before.high} only from ${after.high} on`
      : '',
  ]
  return sides.filter((side) => side !== '').join(', ')
}

/** What is wrong with a band before it is sent; null: nothing. */
export function bandProblem({ low, high }: Band, [least, most]: readonly [number, number]): string | null {
  const outside = [low, high].some((side) => side !== null && !(side >= least && side <= most))
  if (outside) return `between ${least} and ${most}`
  return low !== null && high !== null && low >= high ? 'the lower one first' : null
}

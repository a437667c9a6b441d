import * as resampling from '../../src/tune/resampling.ts'

const SEED = 0

/** The interval of `vigil fine-tune`, always by the same draws, so that a figure is the same every time. */
export function intervalOf(
  groups: readonly string[],
  measure: (indices: readonly number[]) => number,
  resamples?: number,
): resampling.Interval {
  return resampling.intervalOf(groups, measure, { seed: SEED, ...(resamples === undefined ? {} : { resamples }) })
}

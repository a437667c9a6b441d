import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { percentileInterval } from '../../src/tune/resampling.ts'

const SEED = 0

/**
 * 95 % percentile interval of a measure of stays drawn with replacement: `measure` gets how often each stay was drawn. For tables so long
 * that a list of the drawn rows, as resampling.ts makes it, would be too much.
 */
export function drawnInterval(
  stays: number,
  measure: (times: Uint16Array) => number,
  resamples: number,
): readonly [number, number] | null {
  const random = seededRandom(SEED)
  const values: number[] = []
  const times = new Uint16Array(stays)
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0)
    for (let draw = 0; draw < stays; draw++) {
      const stay = Math.floor(random() * stays)
      times[stay] = (times[stay] ?? 0) + 1
    }
    values.push(measure(times))
  }
  const { low95, high95 } = percentileInterval(values)
  return Number.isNaN(low95) ? null : [low95, high95]
}

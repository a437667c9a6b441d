import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { percentile } from './interval.ts'

const SEED = 0

/**
 * 95 % percentile interval of a measure of stays drawn with replacement: `measure` gets how often each stay was drawn. For tables so long
 * that a list of the drawn rows, as interval.ts makes it, would be too much.
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
    const value = measure(times)
    if (Number.isFinite(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  return values.length === 0 ? null : [percentile(values, 0.025), percentile(values, 0.975)]
}

import type { Parameters } from 'fast-check'

/**
 * How a property is run: so many cases, under a seed that a failure prints. `VIGIL_SEED=<seed>` repeats the run,
 * `VIGIL_CASES=<n>` makes it longer or shorter; a run that was made shorter only says whether, and does not shrink.
 */
export function cases<T>(runs: number): Parameters<T> {
  const { VIGIL_SEED: seed, VIGIL_CASES: numRuns } = process.env
  const wanted = numRuns === undefined ? runs : numberOf('VIGIL_CASES', numRuns)
  return {
    numRuns: wanted,
    endOnFailure: wanted < runs,
    includeErrorInReport: true,
    ...(seed === undefined ? {} : { seed: numberOf('VIGIL_SEED', seed) }),
  }
}

function numberOf(name: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number)) throw new Error(`${name} is not a whole number: ${text}`)
  return number
}

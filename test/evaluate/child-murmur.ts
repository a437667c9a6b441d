import { MURMUR_CLASSES, type MurmurClass } from './murmur-score.ts'
import { mean, softmax } from './heart-sound-scores.ts'

/** What the probabilities of present and unknown are multiplied with before the largest decides; absent stays. */
export interface ChildCosts {
  present: number
  unknown: number
}

/**
 * Probabilities of present, unknown and absent for a child, from the logits of his windows, by recording: midway between the mean and the
 * greatest log odds over recordings, since a murmur is heard at one site and not at all of them.
 */
export function childProbabilities(recordings: readonly (readonly (readonly number[])[])[]): number[] {
  const odds = recordings.map((windows) =>
    softmax(MURMUR_CLASSES.map((_, at) => mean(windows.map((logits) => logits[at] ?? NaN)))).map(guardedLogOdds),
  )
  const blended = MURMUR_CLASSES.map((_, at) => {
    const values = odds.map((row) => row[at] ?? NaN)
    return 1 / (1 + Math.exp(-(mean(values) + Math.max(...values)) / 2))
  })
  const sum = blended.reduce((a, b) => a + b, 0)
  return blended.map((value) => value / sum)
}

export function callMurmur(
  [present = NaN, unknown = NaN, absent = NaN]: readonly number[],
  costs: ChildCosts,
): MurmurClass {
  const [first, second] = [present * costs.present, unknown * costs.unknown]
  if (first >= second && first >= absent) return 'present'
  return second >= absent ? 'unknown' : 'absent'
}

/** One site that is quite certain does not outweigh all others: a thousandth is put to both sides. */
function guardedLogOdds(probability: number): number {
  return Math.log((probability + 1e-3) / (1 - probability + 1e-3))
}

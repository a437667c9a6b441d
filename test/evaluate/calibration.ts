/** Mean squared distance of probability and outcome (Brier 1950), of one class against the rest. */
export function brierScore(happened: readonly boolean[], probabilities: ArrayLike<number>): number {
  let sum = 0
  happened.forEach((did, index) => (sum += ((probabilities[index] ?? NaN) - Number(did)) ** 2))
  return sum / happened.length
}

/**
 * Expected calibration error: cases in order of their probability, in bins of equal count; the distance of the mean probability from the
 * share that happened, averaged over bins by count (Nguyen and O'Connor 2015).
 */
export function calibrationError(happened: readonly boolean[], probabilities: ArrayLike<number>, bins = 10): number {
  const order = happened.map((_, index) => index)
  order.sort((a, b) => (probabilities[a] ?? NaN) - (probabilities[b] ?? NaN))
  let error = 0
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((bin * order.length) / bins)
    const to = Math.floor(((bin + 1) * order.length) / bins)
    let expected = 0
    let seen = 0
    for (const index of order.slice(from, to)) {
      expected += probabilities[index] ?? NaN
      seen += Number(happened[index])
    }
    error += Math.abs(expected - seen) / order.length
  }
  return error
}

/**
 * Area under the receiver operating characteristic: the probability that a positive scores above a negative, ties counted half
 * (Mann-Whitney U by ranks). NaN where one of the classes is not there.
 */
export function auroc(positive: readonly boolean[], scores: ArrayLike<number>): number {
  const order = Array.from(positive, (_, index) => index).sort((a, b) => (scores[a] ?? NaN) - (scores[b] ?? NaN))
  let positives = 0
  let rankSum = 0
  for (let from = 0; from < order.length;) {
    const score = scores[order[from] ?? NaN]
    let to = from + 1
    while (to < order.length && scores[order[to] ?? NaN] === score) to++
    const meanRank = (from + 1 + to) / 2
    for (let at = from; at < to; at++) {
      if (positive[order[at] ?? NaN] !== true) continue
      positives++
      rankSum += meanRank
    }
    from = to
  }
  const negatives = order.length - positives
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

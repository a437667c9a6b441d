/** Area under the ROC curve, and average precision. */
export interface Ranking {
  auroc: number
  auprc: number
}

/**
 * Ranking of hours by score when stays are drawn with replacement. The hours are sorted once; a draw is then one pass over them, each
 * counted as often as its stay was drawn, so that an interval over half a million hours takes seconds and no hour is left out.
 */
export class StayRanking {
  readonly #stays: Int32Array
  readonly #positive: Uint8Array
  /** 1 where the next hour has another score */
  readonly #isLast: Uint8Array

  constructor(scores: Float32Array, positive: ArrayLike<boolean>, stayOfHour: Int32Array) {
    const order = Int32Array.from(scores, (_, index) => index).sort((a, b) => (scores[b] ?? NaN) - (scores[a] ?? NaN))
    this.#stays = order.map((index) => stayOfHour[index] ?? -1)
    this.#positive = Uint8Array.from(order, (index) => Number(positive[index]))
    this.#isLast = Uint8Array.from(order, (index, at) => Number(scores[index] !== scores[order[at + 1] ?? -1]))
  }

  /** `times` by stay: how often it was drawn. Equal scores count half (AUROC), or as one step (average precision). */
  of(times: ArrayLike<number>): Ranking {
    let positives = 0
    let negatives = 0
    let pairs = 0
    let precisionSum = 0
    let tiedPositives = 0
    let tiedNegatives = 0
    const stays = this.#stays
    const positive = this.#positive
    const isLast = this.#isLast
    for (let at = 0; at < stays.length; at++) {
      const weight = times[stays[at] ?? -1] ?? 0
      if (positive[at] === 1) tiedPositives += weight
      else tiedNegatives += weight
      if (isLast[at] === 0) continue
      // From the highest score down: every negative here loses against the positives above it.
      pairs += tiedNegatives * (positives + tiedPositives / 2)
      positives += tiedPositives
      negatives += tiedNegatives
      if (tiedPositives > 0) precisionSum += (tiedPositives * positives) / (positives + negatives)
      tiedPositives = 0
      tiedNegatives = 0
    }
    return { auroc: pairs / (positives * negatives), auprc: precisionSum / positives }
  }
}

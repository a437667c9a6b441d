/** How many were called rightly and wrongly. */
export interface Decisions {
  truePositives: number
  falsePositives: number
  trueNegatives: number
  falseNegatives: number
}

export function decisionsOf(isPositive: readonly boolean[], isCalled: readonly boolean[]): Decisions {
  const decisions = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  isPositive.forEach((positive, index) => {
    if (positive) decisions[isCalled[index] === true ? 'truePositives' : 'falseNegatives']++
    else decisions[isCalled[index] === true ? 'falsePositives' : 'trueNegatives']++
  })
  return decisions
}

export function sensitivity({ truePositives, falseNegatives }: Decisions): number {
  return truePositives / (truePositives + falseNegatives)
}

export function specificity({ trueNegatives, falsePositives }: Decisions): number {
  return trueNegatives / (trueNegatives + falsePositives)
}

/** NaN where nothing was called. */
export function positivePredictiveValue({ truePositives, falsePositives }: Decisions): number {
  return truePositives / (truePositives + falsePositives)
}

/** PhysioNet/CinC 2016: the mean of sensitivity and specificity. */
export function meanAccuracy(decisions: Decisions): number {
  return (sensitivity(decisions) + specificity(decisions)) / 2
}

/** PhysioNet/CinC 2012, event 1: the lesser of sensitivity and positive predictive value; 0 where nothing was called. */
export function mortalityScore1(decisions: Decisions): number {
  return Math.min(sensitivity(decisions), positivePredictiveValue(decisions) || 0)
}

/** PhysioNet/CinC 2015: a true alarm that is suppressed counts five times. */
export function alarmScore({ truePositives, falsePositives, trueNegatives, falseNegatives }: Decisions): number {
  const right = truePositives + trueNegatives
  return right / (right + falsePositives + 5 * falseNegatives)
}

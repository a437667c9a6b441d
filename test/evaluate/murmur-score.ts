export const MURMUR_CLASSES = ['present', 'unknown', 'absent'] as const
export type MurmurClass = (typeof MURMUR_CLASSES)[number]

const WEIGHT: Record<MurmurClass, number> = { present: 5, unknown: 3, absent: 1 }

/** PhysioNet/CinC 2022, weighted accuracy of the murmur task: a child with a murmur counts five times, one that could not be judged three. */
export function weightedAccuracy(truth: readonly MurmurClass[], called: readonly MurmurClass[]): number {
  let right = 0
  let all = 0
  truth.forEach((one, index) => {
    all += WEIGHT[one]
    if (called[index] === one) right += WEIGHT[one]
  })
  return right / all
}

import type { News2Answer } from './news2-scorer.ts'

/** How ill the window's vitals say that its patient is; `unknown`: they don't say. In the order in which they are answered. */
export const ACUITY_VALUES = ['urgent', 'unknown', 'routine'] as const
export type Acuity = (typeof ACUITY_VALUES)[number]

/** Where NEWS2 asks for an urgent response: 5 points, or a single parameter of 3 (Royal College of Physicians, 2017). */
export const URGENT_SCORE = 0.5

export function acuityOf({ part: { score, findings } }: News2Answer): Acuity {
  if (score === null) return 'unknown'
  return score >= URGENT_SCORE || findings.some(({ code }) => code === 'news2_red') ? 'urgent' : 'routine'
}

/** The most urgent first; what is equal stays in its order. */
export function byAcuity<T extends { acuity: Acuity }>(all: readonly T[]): T[] {
  return ACUITY_VALUES.flatMap((acuity) => all.filter((one) => one.acuity === acuity))
}

import { HYPERCAPNIC_LIMIT } from '../raise/default-limits.ts'
import type { Limit, PatientContext } from '../records.ts'
import { effectiveLimits } from './effective-limits.ts'

const UNIT: readonly Limit[] = effectiveLimits([])
const UNIT_HYPERCAPNIC: readonly Limit[] = effectiveLimits([HYPERCAPNIC_LIMIT])

/** What holds for this patient while no person sets anything: the unit's, and the SpO2 target chosen for them. */
export function unitLimits(context: PatientContext | null): Limit[] {
  return [...(context?.hypercapnicTarget === true ? UNIT_HYPERCAPNIC : UNIT)]
}

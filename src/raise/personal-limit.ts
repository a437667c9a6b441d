import type { Limit } from '../records.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { HYPERCAPNIC_LIMIT } from './default-limits.ts'

/**
 * Sets a limit for this patient, and keeps who did and when. A limit like the unit's is the unit's again, and moves with it;
 * but not where the patient's target may stand in the unit's place: there what a person chose must stay chosen.
 */
export function setPersonalLimit(
  bed: BedAlarms,
  limit: Limit,
  by: { userId: string; atMs: number },
  unit: readonly Limit[],
): void {
  const { code, priority } = limit
  const isOther = (one: { code: string; priority: string }): boolean => one.code !== code || one.priority !== priority
  const { state } = bed
  state.limits = state.limits.filter(isOther)
  state.limitChanges = state.limitChanges.filter(isOther)
  const isUnits = unit.some((one) => !isOther(one) && sameLimit(one, limit))
  if (isUnits && isOther(HYPERCAPNIC_LIMIT)) return
  state.limits = [...state.limits, limit]
  state.limitChanges = [...state.limitChanges, { code, priority, ...by }]
}

function sameLimit(a: Limit, b: Limit): boolean {
  return a.low === b.low && a.high === b.high && a.conditionDelayMs === b.conditionDelayMs
}

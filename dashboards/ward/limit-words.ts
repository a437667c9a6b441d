import type { Limit, Priority } from '../../src/records.ts'

/** The numeric of which a cell shows the limits: invasive pressure alarms by its mean, a cuff's by its systolic. */
export const LIMITED_PRESSURE = { abp: 'abp_mean', nbp: 'nbp_sys' } as const

export function limitOf(limits: readonly Limit[], code: string, priority: Priority): Limit | undefined {
  return limits.find((limit) => limit.code === code && limit.priority === priority)
}

/** What is allowed, as bedside monitors write it: 50–120, ≥ 90, ≤ 39; '' where there is no limit. */
export function limitWords(limit: Pick<Limit, 'low' | 'high'> | undefined): string {
  const { low = null, high = null } = limit ?? {}
  if (low !== null && high !== null) return `${low}–${high}`
  if (low !== null) return `≥ ${low}`
  return high === null ? '' : `≤ ${high}`
}

/** The same for those who hear the screen. */
export function limitTitle(limit: Limit): string {
  const { low, high, priority } = limit
  const sides = [low === null ? [] : `below ${low}`, high === null ? [] : `above ${high}`].flat()
  return `${priority} alarm ${sides.join(' or ')}`
}

import type { Priority } from '../../src/records.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { isUnanswered } from './alert-order.ts'

const ORDER = ['high', 'medium', 'low'] as const satisfies readonly Priority[]

/** `5 high · 9 medium · 15 low`: how many are open of each priority, those that there are none of left out. */
export function openWords(alerts: readonly Pick<AlertView, 'priority' | 'presence'>[]): string {
  const open = alerts.filter(isUnanswered)
  if (open.length === 0) return 'none open'
  return ORDER.flatMap((priority) => {
    const count = open.filter((alert) => alert.priority === priority).length
    return count === 0 ? [] : [`${count} ${priority}`]
  }).join(' · ')
}

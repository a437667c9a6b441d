import type { AlertView } from '../../src/watch/events.ts'
import type { Priority } from '../../src/records.ts'

export const PRIORITY_RANK = { high: 0, medium: 1, low: 2 } as const satisfies Record<Priority, number>

/** Whether nobody has answered it yet: its condition holds, or held and latched. */
export function isUnanswered(alert: Pick<AlertView, 'presence'>): boolean {
  return alert.presence === 'on' || alert.presence === 'latched'
}

/**
 * The order of the list: what nobody answered before what somebody did; then the higher priority; then the higher
 * level of escalation; then what holds before what has ended; then the patient before the equipment; then the newest.
 */
export function compareAlerts(a: AlertView, b: AlertView): number {
  return (
    Number(isUnanswered(b)) - Number(isUnanswered(a)) ||
    PRIORITY_RANK[a.priority] - PRIORITY_RANK[b.priority] ||
    b.escalationLevel - a.escalationLevel ||
    Number(b.conditionPresent) - Number(a.conditionPresent) ||
    Number(a.kind === 'technical') - Number(b.kind === 'technical') ||
    b.onsetTimeMs - a.onsetTimeMs ||
    (a.alertId < b.alertId ? -1 : a.alertId > b.alertId ? 1 : 0)
  )
}

/** The alerts that stand, in order. */
export function standing(alerts: Iterable<AlertView>): AlertView[] {
  return [...alerts].filter(({ presence }) => presence !== 'off').sort(compareAlerts)
}

import type { BedAlarms } from './bed-alarms.ts'

const HIGHEST_LEVEL = 3

/**
 * A high alert that nobody answered is passed on, every `escalateMs` of append time, three times. Each level has its own
 * transition at its own time, so that it does not matter how often time is looked at.
 */
export function escalate(bed: BedAlarms, nowMs: number, escalateMs: number): void {
  for (const alert of bed.standing()) {
    const { presence, priority, raisedAppendTimeMs } = alert
    if (priority !== 'high' || presence === 'acknowledged' || raisedAppendTimeMs === null) continue
    const due = Math.min(HIGHEST_LEVEL, Math.floor((nowMs - raisedAppendTimeMs) / escalateMs))
    for (let level = alert.escalationLevel + 1; level <= due; level++) {
      const standing = bed.condition(alert.condition) ?? alert
      bed.emit({ ...standing, escalationLevel: level }, 'escalated', raisedAppendTimeMs + level * escalateMs)
    }
  }
}

import type { ConditionState } from '../records.ts'
import type { AlarmRules } from './alarm-rules.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { UNWATCHED } from './unwatched.ts'

const HIGHEST_LEVEL = 3

/**
 * A high alert that nobody answered is passed on, every `escalateMs` of append time, three times. Each level has its own
 * transition at its own time, so that it does not matter how often time is looked at. That no screen shows a bed calls
 * nobody of its own: the alarm it is about does.
 */
export function escalate(bed: BedAlarms, nowMs: number, rules: AlarmRules): void {
  for (const alert of bed.standing()) {
    if (alert.priority !== 'high' || alert.presence === 'acknowledged' || alert.condition === UNWATCHED) continue
    let standing = alert
    for (let dueMs = nextLevelMs(standing, rules); dueMs <= nowMs; dueMs = nextLevelMs(standing, rules)) {
      const escalatesAtMs = standing.escalatesAtMs === null ? null : dueMs + rules.escalateMs
      bed.emit({ ...standing, ...levelAbove(standing, rules), escalatesAtMs }, 'escalated', dueMs)
      standing = bed.condition(alert.condition) ?? alert
    }
  }
}

/** One level up, and whom it calls; the highest one calls the same again. */
export function levelAbove(
  { escalationLevel }: ConditionState,
  { escalateTo }: AlarmRules,
): Pick<ConditionState, 'escalationLevel' | 'escalatedTo'> {
  const level = Math.min(HIGHEST_LEVEL, escalationLevel + 1)
  return { escalationLevel: level, escalatedTo: escalateTo[Math.min(level, escalateTo.length) - 1] ?? null }
}

/** After an answer the one it calls has the whole time; before that, levels count from the raise. */
function nextLevelMs(alert: ConditionState, { escalateMs }: AlarmRules): number {
  const { raisedAppendTimeMs, escalationLevel, escalatesAtMs } = alert
  if (escalationLevel >= HIGHEST_LEVEL || raisedAppendTimeMs === null) return Infinity
  return escalatesAtMs ?? raisedAppendTimeMs + (escalationLevel + 1) * escalateMs
}

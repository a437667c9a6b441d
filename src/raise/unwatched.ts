import type { AlertCommand, ConditionState } from '../records.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { sight } from './sighting.ts'

export const UNWATCHED = 'technical:unwatched'

/** For so long the word of a watch process holds; it says it again every 5 s, and one that died says nothing. */
const WORD_HOLDS_MS = 15_000

/** What a watch process says of its own screens, by its name. */
export function hearOfScreens(bed: BedAlarms, { action, userId }: AlertCommand, atMs: number): void {
  const others = Object.entries(bed.state.watchedUntilMs).filter(([name]) => name !== userId)
  const own = action === 'watched' ? [[userId, atMs + WORD_HOLDS_MS] as const] : []
  bed.state.watchedUntilMs = Object.fromEntries([...others, ...own])
  if (action === 'unwatched') bed.state.unwatchedSinceMs ??= atMs
}

/**
 * A bed has a high alarm that nobody answered, some watch process found no screen that shows it, and no other says that
 * one of its screens does. Where no process looks after screens at all, nobody says so and nothing is missed.
 */
export function checkUnwatched(bed: BedAlarms, nowMs: number): void {
  const high = bed.standing().find(needsEyes)
  const { unwatchedSinceMs, watchedUntilMs } = bed.state
  if (high === undefined) {
    bed.state.unwatchedSinceMs = null
    bed.state.watchedUntilMs = {}
    return look(bed, null, nowMs, nowMs)
  }
  if (unwatchedSinceMs === null) return
  const sinceMs = Math.max(unwatchedSinceMs, ...Object.values(watchedUntilMs))
  look(bed, nowMs >= sinceMs ? high : null, Math.min(sinceMs, nowMs), nowMs)
}

/** A high alarm that nobody answered; the one about screens asks for none. */
export function needsEyes({
  condition,
  priority,
  presence,
}: Pick<ConditionState, 'condition' | 'priority' | 'presence'>): boolean {
  return priority === 'high' && (presence === 'on' || presence === 'latched') && condition !== UNWATCHED
}

/** High, as what it hides is: whoever does not respond to it does not respond to that. */
function look(bed: BedAlarms, high: ConditionState | null, sinceMs: number, nowMs: number): void {
  const atMs = high === null ? nowMs : sinceMs
  const text = high === null ? 'it is on a screen, or there is no high alarm' : 'no screen shows this high alarm'
  sight(bed, {
    condition: UNWATCHED,
    kind: 'technical',
    priority: high === null ? null : 'high',
    sinceMs,
    atMs,
    appendTimeMs: atMs,
    reasons: () => [{ code: high?.condition ?? 'watched', text, value: null, limit: null, unit: '' }],
  })
}

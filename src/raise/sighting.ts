import type { ConditionKind, ConditionState, Priority, Reason } from '../records.ts'
import { alertIdOf } from './alert-id.ts'
import { LIFECYCLE, type Sighted } from './alert-lifecycle.ts'
import { resumeAudio } from './audio-pause.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { absentCondition } from './patient-state.ts'
import { moreUrgent, urgency } from './priority.ts'

/** A look at a condition. */
export interface Sighting {
  condition: string
  kind: ConditionKind
  /** null: the condition is not there */
  priority: Priority | null
  /** Event time at which it began; counts when an alert is raised. */
  sinceMs: number
  /** Event time of the look. */
  atMs: number
  appendTimeMs: number
  /** Asked for only when the alert makes a transition. */
  reasons: () => Reason[]
  missing?: string[]
  windowStartMs?: number
  predictionId?: string
}

/** What comes back within this much event time is a burst. */
const BURST_MS = 60_000

/** Applies a look at a condition to its alert. */
export function sight(bed: BedAlarms, sighting: Sighting): void {
  const { condition, kind, priority, atMs } = sighting
  const known = bed.condition(condition)
  if (known === undefined && priority === null) return
  const before = known ?? absentCondition(condition, kind, priority ?? 'low')
  const step = LIFECYCLE[before.presence][sightedAs(before, priority)]
  if (step === null) return

  const after: ConditionState = { ...before, present: priority !== null, presence: step.presence }
  after.reasons = sighting.reasons()
  after.missing = sighting.missing ?? before.missing
  after.windowStartMs = sighting.windowStartMs ?? before.windowStartMs
  after.predictionId = sighting.predictionId ?? before.predictionId

  switch (step.transition) {
    case 'raised':
      begin(bed, after, sighting)
      return announce(bed, after, 'raised', atMs)
    case 'returned': {
      const inBurst = before.absentSinceMs !== null && atMs - before.absentSinceMs <= BURST_MS
      if (urgency(priority) > urgency(before.priority)) restartEscalation(after, sighting)
      after.priority = moreUrgent(priority ?? 'low', before.priority)
      after.count += 1
      after.absentSinceMs = null
      return announce(bed, after, inBurst ? 'repeated' : 'condition_returned', atMs)
    }
    case 'priority_changed':
      after.priority = priority ?? before.priority
      if (step.presence === 'acknowledged') return bed.emit(after, 'priority_changed', atMs)
      after.acknowledgedBy = null
      after.responsible = null
      restartEscalation(after, sighting)
      return announce(bed, after, 'priority_changed', atMs)
    case 'condition_ended':
    case 'cleared':
      after.absentSinceMs = atMs
      return bed.emit(after, step.transition, atMs)
    case 'acknowledged':
    case 'escalated':
      throw new Error('a look at a condition answers nothing')
  }
}

/** Physiological alerts of medium and high priority stay until a person has answered. */
function sightedAs(before: ConditionState, priority: Priority | null): Sighted {
  if (priority === null) return before.kind === 'physiological' && before.priority !== 'low' ? 'ends_latching' : 'ends'
  const change = urgency(priority) - urgency(before.priority)
  return change > 0 ? 'worsens' : change < 0 ? 'eases' : 'holds'
}

/** A device clock that was set back may name an onset twice; two alerts must not share an id. */
function begin(bed: BedAlarms, after: ConditionState, { priority, sinceMs, condition, ...sighting }: Sighting): void {
  const onsetTimeMs = after.onsetTimeMs === null ? sinceMs : uniqueOnset(sinceMs, after.onsetTimeMs)
  after.priority = priority ?? after.priority
  after.onsetTimeMs = onsetTimeMs
  after.alertId = alertIdOf(bed.state.patientId, condition, onsetTimeMs)
  after.count = 1
  after.transitions = 0
  after.acknowledgedBy = null
  after.answer = null
  after.responsible = null
  after.pendingSinceMs = null
  after.absentSinceMs = null
  after.missing = sighting.missing ?? []
  after.windowStartMs = sighting.windowStartMs ?? null
  after.predictionId = sighting.predictionId ?? null
  restartEscalation(after, sighting)
}

function uniqueOnset(sinceMs: number, previousMs: number): number {
  return sinceMs > previousMs ? sinceMs : previousMs + 1
}

function restartEscalation(after: ConditionState, { appendTimeMs }: Pick<Sighting, 'appendTimeMs'>): void {
  after.raisedAppendTimeMs = appendTimeMs
  after.escalationLevel = 0
  after.escalatedTo = null
  after.escalatesAtMs = null
}

/** What becomes high, or is open again, is heard, pause or not. */
export function announce(
  bed: BedAlarms,
  after: ConditionState,
  transition: 'raised' | 'repeated' | 'condition_returned' | 'priority_changed' | 'escalated',
  atMs: number,
): void {
  const endsPause = after.priority === 'high'
  const pausedUntilMs = bed.state.audioPausedUntilMs
  if (endsPause) bed.state.audioPausedUntilMs = null
  bed.emit(after, transition, atMs)
  if (!endsPause || pausedUntilMs === null) return
  bed.state.audioPausedUntilMs = pausedUntilMs
  resumeAudio(bed, atMs, after.condition)
}

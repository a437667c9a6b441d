import type { ErrorCode } from '../errors.ts'
import { isNumericCode } from './limit-band.ts'
import type { AlertState, Prediction } from '../records.ts'
import type { AlarmRules } from './alarm-rules.ts'
import { resumeAudio } from './audio-pause.ts'
import { BedAlarms } from './bed-alarms.ts'
import { occupy, vacate } from './bed-occupancy.ts'
import { checkClock } from './clock-condition.ts'
import { escalate } from './escalation.ts'
import { checkMediaIdle, checkVitalsIdle, vitalsArrived } from './feed-idle.ts'
import { type Arrival, progressOf } from './feed-progress.ts'
import { checkLeads } from './lead-off.ts'
import { checkLimits } from './limit-condition.ts'
import { measuredOf } from './measured.ts'
import { checkModel } from './model-down.ts'
import { obey } from './person-command.ts'
import type { RaiseEvent, Transition } from './raise-event.ts'
import { checkRisk } from './risk-condition.ts'
import { checkUnwatched } from './unwatched.ts'

/**
 * What an event does to a patient's alarms: no clock, no I/O, no chance; the state that comes in is not touched. The
 * same event again changes nothing.
 */
export function next(state: AlertState, event: RaiseEvent, rules: AlarmRules): Transition {
  if (event.type === 'time') return passTime(state, event.readThroughMs, event.watchingSinceMs, rules)
  const { topic, offset, appendTimeMs } = event
  // A topic that was made anew counts from 0 again; what was appended since cannot have been applied.
  const isApplied = offset < (state.appliedOffsets[topic] ?? 0) && appendTimeMs <= state.appendTimeMs
  if (isApplied) return { state, alerts: [], refused: null }

  const bed = new BedAlarms(state)
  bed.state.appliedOffsets[topic] = offset + 1
  bed.state.appendTimeMs = Math.max(bed.state.appendTimeMs, appendTimeMs)
  // What time alone decided before this record counts before it, however many records a late reader takes at once.
  passDeadlines(bed, appendTimeMs, rules)
  let refused: ErrorCode | null = null
  switch (event.type) {
    case 'vitals':
      takeVitals(bed, event, rules)
      break
    case 'prediction':
      takePrediction(bed, event.prediction, appendTimeMs)
      break
    case 'command':
      refused = obey(bed, event.command, appendTimeMs, rules)
      break
    case 'context':
      if (event.context === null) vacate(bed, appendTimeMs)
      else occupy(bed, event.context)
      break
  }
  checkUnwatched(bed, appendTimeMs)
  return { state: bed.done(), alerts: bed.alerts, refused }
}

function takeVitals(bed: BedAlarms, arrival: Arrival, rules: AlarmRules): void {
  const { reading, appendTimeMs } = arrival
  const progress = progressOf(bed, arrival)
  if (progress.kind === 'old') return
  const { atMs } = progress
  bed.state.generationMode = reading.generationMode
  vitalsArrived(bed, atMs, appendTimeMs)
  checkClock(bed, arrival, progress, rules.clockToleranceMs)
  if (reading.heartbeat) return
  const look = {
    feedId: reading.feedId,
    atMs,
    appendTimeMs,
    unitLimits: rules.limits,
    feedIdleMs: rules.feedIdleMs,
  }
  for (const numeric of reading.numerics) {
    if (!isNumericCode(numeric.code)) continue
    const measured = measuredOf(numeric.code, numeric)
    if (measured !== null) checkLimits(bed, numeric.code, measured, look)
  }
  checkLeads(bed, reading, atMs, appendTimeMs)
}

/** One look at a window: a prediction that comes again, or after a later one, is old. */
function takePrediction(bed: BedAlarms, prediction: Prediction, appendTimeMs: number): void {
  const { lastWindowStartMs } = bed.state
  if (lastWindowStartMs !== null && prediction.windowStartMs <= lastWindowStartMs) return
  bed.state.lastWindowStartMs = prediction.windowStartMs
  checkRisk(bed, prediction, appendTimeMs)
  checkMediaIdle(bed, prediction, appendTimeMs)
  checkModel(bed, prediction, appendTimeMs)
}

function passTime(state: AlertState, readThroughMs: number, watchingSinceMs: number, rules: AlarmRules): Transition {
  const nowMs = Math.max(state.appendTimeMs, readThroughMs)
  const bed = new BedAlarms(state)
  const { audioPausedUntilMs: pausedUntilMs } = state
  checkVitalsIdle(bed, nowMs, watchingSinceMs, rules)
  passDeadlines(bed, nowMs, rules)
  const changed = bed.alerts.length > 0 || bed.state.audioPausedUntilMs !== pausedUntilMs
  return changed ? { state: bed.done(), alerts: bed.alerts, refused: null } : { state, alerts: [], refused: null }
}

/** What is due by append time alone: the end of a pause, alerts that nobody answered, and ones that nobody sees any more. */
function passDeadlines(bed: BedAlarms, nowMs: number, rules: AlarmRules): void {
  const pausedUntilMs = bed.state.audioPausedUntilMs
  if (pausedUntilMs !== null && nowMs >= pausedUntilMs) resumeAudio(bed, pausedUntilMs)
  escalate(bed, nowMs, rules)
  checkUnwatched(bed, nowMs)
}

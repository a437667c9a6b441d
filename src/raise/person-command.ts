import type { ErrorCode } from '../errors.ts'
import type { AlertCommand, ConditionState } from '../records.ts'
import type { AlarmRules } from './alarm-rules.ts'
import { answerAlert } from './alert-answer.ts'
import { LIFECYCLE } from './alert-lifecycle.ts'
import { assign } from './assignment.ts'
import { pauseAudio, resumeAudio } from './audio-pause.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { isSettable } from './limit-band.ts'
import { setPersonalLimit } from './personal-limit.ts'
import { hearOfScreens } from './unwatched.ts'

const COMMANDS_REMEMBERED = 200

/** Does what a person asked, once; or changes nothing and says why. Times are the log's, not the screen's. */
export function obey(bed: BedAlarms, command: AlertCommand, atMs: number, rules: AlarmRules): ErrorCode | null {
  const { commandId, action } = command
  if (action === 'watched' || action === 'unwatched') {
    hearOfScreens(bed, command, atMs)
    return null
  }
  if (bed.state.appliedCommandIds.includes(commandId)) return null
  bed.state.appliedCommandIds = [...bed.state.appliedCommandIds, commandId].slice(-COMMANDS_REMEMBERED)
  switch (action) {
    case 'acknowledge':
      return acknowledge(bed, command, atMs)
    case 'pause_audio': {
      const durationMs = Math.min(command.durationMs ?? rules.audioPauseMs, rules.audioPauseMs)
      if (durationMs <= 0) return 'REQUEST_INVALID'
      pauseAudio(bed, atMs + durationMs, atMs)
      return null
    }
    case 'resume_audio':
      resumeAudio(bed, atMs)
      return null
    case 'set_limit': {
      const { limit } = command
      if (limit === null || !isSettable(limit)) return 'REQUEST_INVALID'
      setPersonalLimit(bed, limit, { userId: command.userId, atMs }, rules.limits)
      return null
    }
    case 'label': {
      const alert = alertOf(bed, command.alertId)
      if (alert === undefined) return 'ALERT_UNKNOWN'
      if (command.label === null || command.label === '') return 'REQUEST_INVALID'
      bed.emit(alert, 'labelled', atMs, { label: command.label })
      return null
    }
    case 'accept':
    case 'reject':
    case 'escalate': {
      const alert = alertOf(bed, command.alertId)
      return alert === undefined ? 'ALERT_UNKNOWN' : answerAlert(bed, alert, action, command, atMs, rules)
    }
    case 'assign':
      return assign(bed, command, atMs)
    case 'leave_suggestion':
      // Nothing changes here: who counts the limit's alarms reads it.
      return command.limit === null ? 'REQUEST_INVALID' : null
    case 'unknown':
      return 'REQUEST_INVALID'
  }
}

function acknowledge(bed: BedAlarms, { alertId, userId }: AlertCommand, atMs: number): ErrorCode | null {
  const alert = alertOf(bed, alertId)
  if (alert === undefined) return 'ALERT_UNKNOWN'
  const step = LIFECYCLE[alert.presence].acknowledge
  if (step !== null) bed.emit({ ...alert, presence: step.presence, acknowledgedBy: userId }, 'acknowledged', atMs)
  return null
}

/** The newest alert of each condition can be named after it is over: people label when there is time. */
function alertOf(bed: BedAlarms, alertId: string | null): ConditionState | undefined {
  return alertId === null ? undefined : bed.conditions().find((condition) => condition.alertId === alertId)
}

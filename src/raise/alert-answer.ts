import type { ErrorCode } from '../errors.ts'
import type { AlertCommand, AnswerKind, ConditionState } from '../records.ts'
import type { AlarmRules } from './alarm-rules.ts'
import { type Answered, LIFECYCLE } from './alert-lifecycle.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { levelAbove } from './escalation.ts'
import { announce } from './sighting.ts'

type Kind = Exclude<Answered, 'acknowledge'>

const ANSWER: Readonly<Record<Kind, AnswerKind>> = { accept: 'accepted', reject: 'rejected', escalate: 'escalated' }

/**
 * A person's answer to an alert. The first who accepts is responsible: of two who accept at once the second sees who was
 * first. To hand it on, it is rejected or escalated, which opens it again for the next of the list.
 */
export function answerAlert(
  bed: BedAlarms,
  alert: ConditionState,
  kind: Kind,
  command: AlertCommand,
  atMs: number,
  rules: AlarmRules,
): ErrorCode | null {
  const { userId } = command
  const reason = command.reason === '' ? null : command.reason
  if (kind !== 'accept' && reason === null) return 'REQUEST_INVALID'
  const step = LIFECYCLE[alert.presence][kind]
  if (step === null) return null
  const answer = { kind: ANSWER[kind], userId, atMs, reason }
  if (kind === 'accept') {
    if (alert.responsible !== null) return null
    const after = { ...alert, presence: step.presence, acknowledgedBy: userId, responsible: userId, answer }
    bed.emit(after, 'acknowledged', atMs)
    return null
  }
  const after: ConditionState = {
    ...alert,
    ...levelAbove(alert, rules),
    presence: step.presence,
    acknowledgedBy: null,
    responsible: null,
    answer,
    escalatesAtMs: atMs + rules.escalateMs,
  }
  // What was quiet is open again, for somebody who has not heard it yet.
  if (alert.presence === 'acknowledged') announce(bed, after, 'escalated', atMs)
  else bed.emit(after, 'escalated', atMs)
  return null
}

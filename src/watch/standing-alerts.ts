import type { AlertState, AlertTransition, ConditionState } from '../records.ts'
import type { AlertView } from './events.ts'

/**
 * The alerts that stand according to raise's own memory of a patient. The log forgets transitions after its retention time;
 * an alert that stands longer than that is shown from here.
 */
export function standingAlerts(state: AlertState): AlertView[] {
  return state.conditions.flatMap((condition) => {
    const { alertId, onsetTimeMs, presence } = condition
    if (alertId === null || onsetTimeMs === null || presence === 'off') return []
    const { priority, kind, count, reasons, missing, windowStartMs, predictionId } = condition
    return [
      {
        id: alertId,
        alertId,
        transitionId: `${alertId}-${condition.transitions}`,
        mode: 'live' as const,
        patientId: state.patientId,
        unitId: state.unitId,
        bedId: state.bedId,
        bedSequence: state.bedSequence,
        transition: lastTransition(condition),
        condition: condition.condition,
        kind,
        priority,
        conditionPresent: condition.present,
        presence,
        onsetTimeMs,
        eventTimeMs: onsetTimeMs,
        count,
        reasons,
        missing,
        windowStartMs,
        predictionId,
        escalationLevel: condition.escalationLevel,
        acknowledgedBy: condition.acknowledgedBy,
        audioPausedUntilMs: state.audioPausedUntilMs,
        label: null,
        generationMode: state.generationMode,
        answer: condition.answer,
        responsible: condition.responsible,
        escalatedTo: condition.escalatedTo,
        assignedTo: state.assignment?.userId ?? null,
        raisedAppendTimeMs: condition.raisedAppendTimeMs ?? onsetTimeMs,
      },
    ]
  })
}

/** The transition that says most of how the alert came to stand as it does; which was last, the state does not keep. */
function lastTransition({ presence, present, escalationLevel, count }: ConditionState): AlertTransition {
  if (presence === 'acknowledged') return 'acknowledged'
  if (!present) return 'condition_ended'
  if (escalationLevel > 0) return 'escalated'
  return count > 1 ? 'repeated' : 'raised'
}

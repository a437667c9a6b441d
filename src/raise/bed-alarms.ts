import type { Alert, AlertState, AlertTransition, ConditionState } from '../records.ts'

/**
 * A patient's alarms during one transition: a copy of the state that may be changed, and the alerts so far. Conditions
 * are replaced, never changed in place; the state that came in stays as it was.
 */
export class BedAlarms {
  readonly alerts: Alert[] = []
  readonly state: AlertState
  readonly #conditions: Map<string, ConditionState>

  constructor(state: AlertState) {
    this.state = {
      ...state,
      appliedOffsets: { ...state.appliedOffsets },
      feeds: { ...state.feeds },
    }
    this.#conditions = new Map(state.conditions.map((condition) => [condition.condition, condition]))
  }

  condition(name: string): ConditionState | undefined {
    return this.#conditions.get(name)
  }

  conditions(): ConditionState[] {
    return [...this.#conditions.values()]
  }

  /** Alerts that are shown. */
  standing(): ConditionState[] {
    return this.conditions().filter(({ presence }) => presence !== 'off')
  }

  put(condition: ConditionState): void {
    this.#conditions.set(condition.condition, condition)
  }

  remove(name: string): void {
    this.#conditions.delete(name)
  }

  /** Keeps a condition whose alert made a transition, and says so on the alerts topic. */
  emit(
    changed: ConditionState,
    transition: AlertTransition,
    eventTimeMs: number,
    said: Partial<Pick<Alert, 'label'>> = {},
  ): void {
    const condition = { ...changed, transitions: changed.transitions + 1 }
    const { alertId, onsetTimeMs } = condition
    if (alertId === null || onsetTimeMs === null) throw new Error(`${transition} of a condition without an alert`)
    this.put(condition)
    this.state.bedSequence += 1
    const { patientId, unitId, bedId, bedSequence, audioPausedUntilMs, generationMode, assignment } = this.state
    this.alerts.push({
      id: `${alertId}-${condition.transitions}`,
      alertId,
      patientId,
      unitId,
      bedId,
      bedSequence,
      transition,
      condition: condition.condition,
      kind: condition.kind,
      priority: condition.priority,
      conditionPresent: condition.present,
      presence: condition.presence,
      onsetTimeMs,
      eventTimeMs,
      count: condition.count,
      reasons: condition.reasons,
      missing: condition.missing,
      windowStartMs: condition.windowStartMs,
      predictionId: condition.predictionId,
      escalationLevel: condition.escalationLevel,
      acknowledgedBy: condition.acknowledgedBy,
      audioPausedUntilMs,
      label: said.label ?? null,
      generationMode,
      answer: condition.answer,
      responsible: condition.responsible,
      escalatedTo: condition.escalatedTo,
      assignedTo: assignment?.userId ?? null,
    })
  }

  done(): AlertState {
    return { ...this.state, conditions: this.conditions() }
  }
}

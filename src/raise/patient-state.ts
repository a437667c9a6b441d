import type { AlertState, ConditionKind, ConditionState, Priority } from '../records.ts'

/** A patient of whom nothing is known. */
export function freshState(patientId: string): AlertState {
  return {
    patientId,
    unitId: '',
    bedId: '',
    generationMode: 'real',
    bedSequence: 0,
    appliedOffsets: {},
    streamTimeMs: 0,
    appendTimeMs: 0,
    lastWindowStartMs: null,
    audioPausedUntilMs: null,
    limits: [],
    limitChanges: [],
    appliedCommandIds: [],
    feeds: {},
    conditions: [],
    outbox: [],
    unwatchedSinceMs: null,
    watchedUntilMs: {},
    assignment: null,
  }
}

/** A condition that does not hold and has no alert. */
export function absentCondition(condition: string, kind: ConditionKind, priority: Priority): ConditionState {
  return {
    condition,
    kind,
    priority,
    present: false,
    pendingSinceMs: null,
    absentSinceMs: null,
    alertId: null,
    presence: 'off',
    onsetTimeMs: null,
    raisedAppendTimeMs: null,
    count: 0,
    transitions: 0,
    escalationLevel: 0,
    acknowledgedBy: null,
    windowStartMs: null,
    predictionId: null,
    reasons: [],
    missing: [],
    answer: null,
    responsible: null,
    escalatedTo: null,
    escalatesAtMs: null,
  }
}

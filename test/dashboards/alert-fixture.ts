import type { AlertView } from '../../src/watch/events.ts'

/** An alert as the server sends it, with what a test says of it. */
export function alertView(changes: Partial<AlertView> = {}): AlertView {
  return {
    id: 'a1',
    alertId: 'a1',
    transitionId: 'a1-1',
    mode: 'live',
    patientId: 'p1',
    unitId: 'icu',
    bedId: 'Bed 1',
    bedSequence: 1,
    transition: 'raised',
    condition: 'limit:spo2:low',
    kind: 'physiological',
    priority: 'high',
    conditionPresent: true,
    presence: 'on',
    onsetTimeMs: 1_000,
    eventTimeMs: 1_000,
    count: 1,
    reasons: [],
    missing: [],
    windowStartMs: null,
    predictionId: null,
    escalationLevel: 0,
    acknowledgedBy: null,
    audioPausedUntilMs: null,
    label: null,
    generationMode: 'demo',
    answer: null,
    responsible: null,
    escalatedTo: null,
    assignedTo: null,
    ...changes,
  }
}

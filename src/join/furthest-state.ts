import type { JoinState } from '../reading.ts'

/**
 * The newest state of a patient is the one that has closed the most. Behind it in the log may lie the last words of an owner
 * that was held still and did not know yet that it was one no more; to go on from them would be to take sources for idle.
 */
export function keepFurthest(states: Map<string, JoinState> | undefined, state: JoinState): void {
  if (state.closedThroughMs >= (states?.get(state.patientId)?.closedThroughMs ?? -Infinity))
    states?.set(state.patientId, state)
}

import type { AlertView } from '../../src/watch/events.ts'

/**
 * The open alert after the one that has the focus, the first after the last. The focus may lie on a bed alone, where the
 * list of alerts is not in sight: then the next one of another bed.
 */
export function nextAlert<T extends Pick<AlertView, 'alertId' | 'patientId'>>(
  open: readonly T[],
  alertId: string | null,
  patientId: string | null,
): T | undefined {
  const at = open.findIndex((alert) => (alertId === null ? alert.patientId === patientId : alert.alertId === alertId))
  const after = [...open.slice(at + 1), ...open.slice(0, at + 1)]
  return (alertId === null && at >= 0 ? after.find((alert) => alert.patientId !== patientId) : undefined) ?? after[0]
}

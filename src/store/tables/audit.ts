import type { AlertCommand, AuditEntry } from '../../reading.ts'
import { json, type Table, text, time } from '../table.ts'

/** What a person did, looked at or was refused. `detail` holds what belongs to its action. */
export interface AuditRow {
  id: string
  occurredAtMs: number
  patientId: string | null
  userId: string
  kind: 'deed' | AuditEntry['kind']
  action: string
  alertId: string | null
  how: string | null
  unitId: string | null
  refusedWith: string | null
  detail: object
}

export const audit: Table<AuditRow> = {
  name: 'audit',
  columns: [
    text('id', (row) => row.id),
    time('occurred_at', (row) => row.occurredAtMs),
    text('patient_id', (row) => row.patientId),
    text('user_id', (row) => row.userId),
    text('kind', (row) => row.kind),
    text('action', (row) => row.action),
    text('alert_id', (row) => row.alertId),
    text('how', (row) => row.how),
    text('unit_id', (row) => row.unitId),
    text('refused_with', (row) => row.refusedWith),
    json('detail', (row) => row.detail),
  ],
}

export function auditRow(command: AlertCommand): AuditRow {
  const { commandId, issuedAtMs, patientId, userId, action, alertId, ...detail } = command
  const unsaid = { how: null, unitId: null, refusedWith: null }
  return {
    id: commandId,
    occurredAtMs: issuedAtMs,
    patientId,
    userId,
    kind: 'deed',
    action,
    alertId,
    ...unsaid,
    detail,
  }
}

export function auditRowOfEntry({ entryId: id, about, ...entry }: AuditEntry): AuditRow {
  return { id, ...entry, alertId: null, detail: about === null ? {} : { about } }
}

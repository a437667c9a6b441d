import type { AlertCommand } from '../../reading.ts'
import { json, type Table, text, time } from '../table.ts'

/** What a person did. A command is one kind of it; `detail` holds what belongs to its action. */
export interface AuditRow {
  id: string
  occurredAtMs: number
  patientId: string
  userId: string
  action: string
  alertId: string | null
  detail: object
}

export const audit: Table<AuditRow> = {
  name: 'audit',
  columns: [
    text('id', (row) => row.id),
    time('occurred_at', (row) => row.occurredAtMs),
    text('patient_id', (row) => row.patientId),
    text('user_id', (row) => row.userId),
    text('action', (row) => row.action),
    text('alert_id', (row) => row.alertId),
    json('detail', (row) => row.detail),
  ],
}

export function auditRow(command: AlertCommand): AuditRow {
  const { commandId, issuedAtMs, patientId, userId, action, alertId, ...detail } = command
  return { id: commandId, occurredAtMs: issuedAtMs, patientId, userId, action, alertId, detail }
}

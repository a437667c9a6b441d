import type { Alert } from '../../reading.ts'
import { flag, integer, json, type Table, text, time } from '../table.ts'

/** One row a transition. */
export const alerts: Table<Alert> = {
  name: 'alerts',
  columns: [
    text('id', (alert) => alert.id),
    text('alert_id', (alert) => alert.alertId),
    text('patient_id', (alert) => alert.patientId),
    text('unit_id', (alert) => alert.unitId),
    text('bed_id', (alert) => alert.bedId),
    integer('bed_sequence', (alert) => alert.bedSequence),
    text('transition', (alert) => alert.transition),
    text('condition', (alert) => alert.condition),
    text('kind', (alert) => alert.kind),
    text('priority', (alert) => alert.priority),
    flag('condition_present', (alert) => alert.conditionPresent),
    text('presence', (alert) => alert.presence),
    time('onset_time', (alert) => alert.onsetTimeMs),
    time('event_time', (alert) => alert.eventTimeMs),
    integer('count', (alert) => alert.count),
    json('reasons', (alert) => alert.reasons),
    json('missing', (alert) => alert.missing),
    time('window_start', (alert) => alert.windowStartMs),
    text('prediction_id', (alert) => alert.predictionId),
    integer('escalation_level', (alert) => alert.escalationLevel),
    text('acknowledged_by', (alert) => alert.acknowledgedBy),
    time('audio_paused_until', (alert) => alert.audioPausedUntilMs),
    text('label', (alert) => alert.label),
    text('generation_mode', (alert) => alert.generationMode),
    json('answer', (alert) => alert.answer),
    text('responsible', (alert) => alert.responsible),
    text('escalated_to', (alert) => alert.escalatedTo),
    text('assigned_to', (alert) => alert.assignedTo),
  ],
}

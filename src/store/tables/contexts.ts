import type { PatientContext } from '../../reading.ts'
import { flag, integer, json, type Table, text, time } from '../table.ts'

/** `context` null: nobody is in the bed any more. */
export interface ContextRow {
  patientId: string
  appendTimeMs: number
  offset: number
  context: PatientContext | null
}

export const contexts: Table<ContextRow> = {
  name: 'contexts',
  columns: [
    text('patient_id', (row) => row.patientId),
    time('append_time', (row) => row.appendTimeMs),
    integer('log_offset', (row) => row.offset),
    flag('present', ({ context }) => context !== null),
    time('effective_time', ({ context }) => context?.effectiveTimeMs ?? null),
    text('unit_id', ({ context }) => context?.unitId ?? null),
    text('bed_id', ({ context }) => context?.bedId ?? null),
    text('age_band', ({ context }) => context?.ageBand ?? null),
    text('sex', ({ context }) => context?.sex ?? null),
    text('diagnosis', ({ context }) => context?.diagnosis ?? null),
    json('notes', ({ context }) => context?.notes ?? null),
    json('labs', ({ context }) => context?.labs ?? null),
    text('consciousness', ({ context }) => context?.consciousness ?? null),
    flag('supplemental_oxygen', ({ context }) => context?.supplementalOxygen ?? null),
    flag('hypercapnic_target', ({ context }) => context?.hypercapnicTarget ?? null),
    json('device_ids', ({ context }) => context?.deviceIds ?? null),
    text('generation_mode', ({ context }) => context?.generationMode ?? null),
  ],
}

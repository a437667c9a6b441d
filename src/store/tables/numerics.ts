import type { Numeric, VitalsReading } from '../../reading.ts'
import { double, integer, type Table, text, time } from '../table.ts'

export interface NumericRow {
  reading: VitalsReading
  numeric: Numeric
}

export const numerics: Table<NumericRow> = {
  name: 'numerics',
  columns: [
    text('patient_id', ({ reading }) => reading.patientId),
    text('code', ({ numeric }) => numeric.code),
    time('event_time', ({ reading }) => reading.eventTimeMs),
    double('value', ({ numeric }) => numeric.value),
    text('unit', ({ numeric }) => numeric.unit),
    text('validity', ({ numeric }) => numeric.validity),
    text('feed_id', ({ reading }) => reading.feedId),
    integer('sequence', ({ reading }) => reading.sequence),
    text('generation_mode', ({ reading }) => reading.generationMode),
  ],
}

export function numericRows(reading: VitalsReading): NumericRow[] {
  return reading.numerics.map((numeric) => ({ reading, numeric }))
}

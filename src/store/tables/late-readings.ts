import type { LateReading } from '../../reading.ts'
import { bytes, integer, type Table, text, time } from '../table.ts'

export const lateReadings: Table<LateReading> = {
  name: 'late_readings',
  columns: [
    text('id', (late) => late.id),
    text('topic', (late) => late.topic),
    integer('log_partition', (late) => late.partition),
    integer('log_offset', (late) => late.offset),
    text('patient_id', (late) => late.patientId),
    text('feed_id', (late) => late.feedId),
    time('event_time', (late) => late.eventTimeMs),
    time('window_start', (late) => late.windowStartMs),
    integer('lateness_ms', (late) => late.latenessMs),
    time('append_time', (late) => late.appendTimeMs),
    bytes('value', (late) => late.value),
  ],
}

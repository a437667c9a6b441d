import { type LogRecord } from '../ingest/log.ts'
import { type LateReading, type Reading } from '../reading.ts'

/** The late output: a reading whose window had closed, with the record as it came. The id makes a second copy harmless. */
export function lateReading(
  record: LogRecord,
  reading: Reading,
  windowStartMs: number,
  streamTimeMs: number,
): LateReading {
  return {
    id: `${record.topic}-${record.partition}-${record.offset}`,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    patientId: reading.record.patientId,
    feedId: reading.record.feedId,
    eventTimeMs: reading.record.eventTimeMs,
    windowStartMs,
    latenessMs: Math.max(0, streamTimeMs - reading.record.eventTimeMs),
    appendTimeMs: record.appendTimeMs,
    value: record.value ?? Buffer.alloc(0),
  }
}

import type { ErrorCode } from '../errors.ts'
import type { LogRecord } from '../ingest/log.ts'
import type { Decoded } from '../ingest/avro-codec.ts'
import { readReading, type ReadingRules, readRecord } from '../ingest/record-check.ts'
import type { TopicName } from '../ingest/topics.ts'
import type { Reading } from '../reading.ts'
import { auditRow, auditRowOfEntry } from './tables/audit.ts'
import { numericRows } from './tables/numerics.ts'
import { waveformRows } from './tables/waveform-stretches.ts'
import type { RowBatch } from './tables.ts'

/** The topics that have rows; the two of state belong to their stages. */
export const STORED_TOPICS = [
  'vitals',
  'heart-audio',
  'procedure-video',
  'patient-context',
  'alert-commands',
  'audit',
  'predictions',
  'alerts',
  'late-readings',
  'dead-letter',
] as const satisfies readonly TopicName[]

export type RowsResult = { ok: true; rows: RowBatch } | { ok: false; code: ErrorCode; detail: string }

/** What a record leaves in the archive; a heartbeat leaves nothing. */
export function rowsOf(record: LogRecord, rules: ReadingRules): RowsResult {
  switch (record.topic) {
    case 'vitals':
    case 'heart-audio':
    case 'procedure-video': {
      const read = readReading(record, rules)
      return read.ok ? { ok: true, rows: readingRows(read.reading) } : read
    }
    case 'patient-context': {
      const { key: patientId, appendTimeMs, offset } = record
      if (record.value === null)
        return { ok: true, rows: { contexts: [{ patientId, appendTimeMs, offset, context: null }] } }
      return mapped(readRecord(record.topic, record), (context) => ({
        contexts: [{ patientId, appendTimeMs, offset, context }],
      }))
    }
    case 'alert-commands':
      // What processes say of their screens is no deed of a person, and there is much of it.
      return mapped(readRecord(record.topic, record), (command) =>
        command.action === 'watched' || command.action === 'unwatched' ? {} : { audit: [auditRow(command)] },
      )
    case 'audit':
      return mapped(readRecord(record.topic, record), (entry) => ({ audit: [auditRowOfEntry(entry)] }))
    case 'predictions':
      return mapped(readRecord(record.topic, record), (prediction) => ({
        windows: [prediction],
        predictions: [prediction],
      }))
    case 'alerts':
      return mapped(readRecord(record.topic, record), (alert) => ({ alerts: [alert] }))
    case 'late-readings':
      return mapped(readRecord(record.topic, record), (late) => ({ late_readings: [late] }))
    case 'dead-letter':
      return mapped(readRecord(record.topic, record), (letter) => ({ dead_letters: [letter] }))
    case 'alert-state':
    case 'join-state':
      return { ok: true, rows: {} }
  }
}

function readingRows(reading: Reading): RowBatch {
  if (reading.record.heartbeat) return {}
  switch (reading.modality) {
    case 'vitals':
      return { numerics: numericRows(reading.record), waveform_stretches: waveformRows(reading.record) }
    case 'pcg':
      return { heart_sounds: [reading.record] }
    case 'video':
      return { frames: [reading.record] }
  }
}

function mapped<R>(decoded: Decoded<R>, rows: (record: R) => RowBatch): RowsResult {
  return decoded.ok ? { ok: true, rows: rows(decoded.record) } : decoded
}

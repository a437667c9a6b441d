import { type ErrorCode } from '../errors.ts'
import { type Reading } from '../reading.ts'
import { decodeRecord, type Decoded } from './avro-codec.ts'
import { nonFiniteField } from './finite-fields.ts'
import { type LogRecord } from './log.ts'
import { impossibleField } from './reading-fields.ts'
import { timingOf } from './reading-time.ts'
import { type RecordOf, type TopicName } from './topics.ts'

export interface ReadingRules {
  /** How far event time may lie ahead of append time before the reading's timing is `ahead`. */
  futureToleranceMs: number
}

/** ahead: event time lies further in the future than is tolerated; the reading is taken, but it moves no watermark. */
export type CheckedReading =
  { ok: true; reading: Reading; timing: 'plausible' | 'ahead' } | { ok: false; code: ErrorCode; detail: string }

/**
 * Reads a record of one of the three streams, or says why it belongs in dead-letter; the details name fields, never
 * contents. Numerics outside what a sensor can report are no reason: the record carries good values too.
 */
export function readReading(record: LogRecord, rules: ReadingRules): CheckedReading {
  const decoded = decodeReading(record)
  if (!decoded.ok) return decoded
  const reading = decoded.record
  const impossible = impossibleField(reading)
  if (impossible !== null) return { ok: false, ...impossible }
  const timing = timingOf(reading, record.appendTimeMs, rules.futureToleranceMs)
  if (timing === 'implausible') return { ok: false, code: 'TIME_IMPLAUSIBLE', detail: 'eventTimeMs' }
  return { ok: true, reading, timing }
}

/**
 * Reads a record of any topic: it decodes, its key is its patient, its numbers are finite. A tombstone is RECORD_EMPTY:
 * readers of compacted topics look for `value === null` first.
 */
export function readRecord<T extends TopicName>(topic: T, record: LogRecord): Decoded<RecordOf[T]> {
  const decoded = decodeRecord(topic, record.value)
  if (!decoded.ok) return decoded
  const content: RecordOf[TopicName] = decoded.record
  if ('patientId' in content) {
    if (content.patientId === '') return { ok: false, code: 'VALUE_OUT_OF_RANGE', detail: 'patientId' }
    if (content.patientId !== record.key) return { ok: false, code: 'KEY_MISMATCH', detail: '' }
  }
  const field = nonFiniteField(content)
  return field === null ? decoded : { ok: false, code: 'VALUE_NOT_FINITE', detail: field }
}

function decodeReading(record: LogRecord): Decoded<Reading> {
  switch (record.topic) {
    case 'vitals':
      return tagged(readRecord(record.topic, record), (vitals) => ({ modality: 'vitals', record: vitals }))
    case 'heart-audio':
      return tagged(readRecord(record.topic, record), (chunk) => ({ modality: 'pcg', record: chunk }))
    case 'procedure-video':
      return tagged(readRecord(record.topic, record), (frame) => ({ modality: 'video', record: frame }))
    default:
      return { ok: false, code: 'SCHEMA_WRONG_TOPIC', detail: record.topic }
  }
}

function tagged<R>(decoded: Decoded<R>, tag: (record: R) => Reading): Decoded<Reading> {
  return decoded.ok ? { ok: true, record: tag(decoded.record) } : decoded
}

import { type ErrorCode } from '../errors.ts'
import { type Reading } from '../reading.ts'
import { decodeRecord, type Decoded } from './avro-codec.ts'
import { nonFiniteField } from './finite-fields.ts'
import { type LogRecord } from './log.ts'
import { impossibleField } from './reading-fields.ts'
import { headerOf, type ReadingHeader } from './reading-header.ts'
import { skimReading } from './reading-skim.ts'
import { viewReading } from './reading-view.ts'
import { timingOf } from './reading-time.ts'
import { type RecordOf, type TopicName } from './topics.ts'

export interface ReadingRules {
  /** How far event time may lie ahead of append time before the reading's timing is `ahead`. */
  futureToleranceMs: number
}

/** ahead: event time lies further in the future than is tolerated; the reading is taken, but it moves no watermark. */
export type CheckedReading =
  { ok: true; reading: Reading; timing: 'plausible' | 'ahead' } | { ok: false; code: ErrorCode; detail: string }

export type CheckedHeader =
  { ok: true; header: ReadingHeader; timing: 'plausible' | 'ahead' } | { ok: false; code: ErrorCode; detail: string }

const IMPLAUSIBLE = { ok: false, code: 'TIME_IMPLAUSIBLE', detail: 'eventTimeMs' } as const

/**
 * Reads a record of one of the three streams, or says why it belongs in dead-letter; the details name fields, never
 * contents. Numerics outside what a sensor can report are no reason: the record carries good values too.
 */
export function readReading(record: LogRecord, rules: ReadingRules): CheckedReading {
  const header = skimReading(record)
  const reading = header === null ? null : viewReading(record, 'copies')
  if (header === null || reading === null) return readWhole(record, rules)
  const timing = timingOf(header, rules.futureToleranceMs)
  return timing === 'implausible' ? IMPLAUSIBLE : { ok: true, reading, timing }
}

/** Says the same of a record as `readReading`, but decodes nothing: `readingOf` does that when it is wanted. */
export function readHeader(record: LogRecord, rules: ReadingRules): CheckedHeader {
  const header = skimReading(record)
  if (header === null) {
    const read = readWhole(record, rules)
    return read.ok ? { ok: true, header: headerOf(record, read.reading), timing: read.timing } : read
  }
  const timing = timingOf(header, rules.futureToleranceMs)
  return timing === 'implausible' ? IMPLAUSIBLE : { ok: true, header, timing }
}

/** By the decoder that knows every version and framing, and what is wrong with what it can't read. */
export function readWhole(record: LogRecord, rules: ReadingRules): CheckedReading {
  const decoded = decodeReading(record)
  if (!decoded.ok) return decoded
  const reading = decoded.record
  const impossible = impossibleField(reading)
  if (impossible !== null) return { ok: false, ...impossible }
  const timing = timingOf(headerOf(record, reading), rules.futureToleranceMs)
  return timing === 'implausible' ? IMPLAUSIBLE : { ok: true, reading, timing }
}

/** The reading of a record whose header was read; samples and frames may be views of the record's bytes. */
export function readingOf({ record }: ReadingHeader): Reading {
  const reading = viewReading(record, 'views')
  if (reading !== null) return reading
  const decoded = decodeReading(record)
  if (!decoded.ok) throw new Error(`a reading that was in order is not any more: ${decoded.code}`)
  return decoded.record
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

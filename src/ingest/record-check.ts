import type { ErrorCode } from '../errors.ts'
import { type Modality, type Reading, TOPIC_OF_MODALITY } from '../reading.ts'
import { decodeRecord, type Decoded } from './avro-codec.ts'
import { placeOf, type ValuePlace } from './fetched-record.ts'
import { nonFiniteField } from './finite-fields.ts'
import type { LogRecord } from './log.ts'
import { impossibleField } from './reading-fields.ts'
import { headerOf, type ReadingHeader } from './reading-header.ts'
import { skimReading } from './reading-skim.ts'
import { viewReading } from './reading-view.ts'
import { timingOf } from './reading-time.ts'
import type { RecordOf, TopicName } from './topics.ts'

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
  const place = header === null ? null : placeOf(record)
  const reading = place === null ? null : viewReading(record.topic, place, 'copies')
  if (header === null || reading === null) return readWhole(record, rules)
  const timing = timingOf(header, rules.futureToleranceMs)
  return timing === 'implausible' ? IMPLAUSIBLE : { ok: true, reading, timing }
}

/** Says the same of a record as `readReading`, but decodes nothing: `readingAt` does that when it is wanted. */
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
  const decoded = tagged(record.topic, (topic) => readRecord(topic, record))
  if (!decoded.ok) return decoded
  const reading = decoded.record
  const impossible = impossibleField(reading)
  if (impossible !== null) return { ok: false, ...impossible }
  const timing = timingOf(headerOf(record, reading), rules.futureToleranceMs)
  return timing === 'implausible' ? IMPLAUSIBLE : { ok: true, reading, timing }
}

/** A reading whose header was read, from where its bytes lie; samples and frames may be views of them. */
export function readingAt(modality: Modality, place: ValuePlace): Reading {
  const topic = TOPIC_OF_MODALITY[modality]
  const reading = viewReading(topic, place, 'views')
  if (reading !== null) return reading
  const value = place.bytes.subarray(place.start, place.end)
  const decoded = tagged(topic, (its) => decodeRecord(its, value))
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
  if ('patientId' in content && content.patientId !== null) {
    if (content.patientId === '') return { ok: false, code: 'VALUE_OUT_OF_RANGE', detail: 'patientId' }
    if (content.patientId !== record.key) return { ok: false, code: 'KEY_MISMATCH', detail: '' }
  }
  const field = nonFiniteField(content)
  return field === null ? decoded : { ok: false, code: 'VALUE_NOT_FINITE', detail: field }
}

/** What is read of a topic, as a reading if it is one of the three streams. */
function tagged(topic: TopicName, read: <T extends TopicName>(topic: T) => Decoded<RecordOf[T]>): Decoded<Reading> {
  switch (topic) {
    case 'vitals':
      return mapped(read(topic), (vitals) => ({ modality: 'vitals', record: vitals }))
    case 'heart-audio':
      return mapped(read(topic), (chunk) => ({ modality: 'pcg', record: chunk }))
    case 'procedure-video':
      return mapped(read(topic), (frame) => ({ modality: 'video', record: frame }))
    default:
      return { ok: false, code: 'SCHEMA_WRONG_TOPIC', detail: topic }
  }
}

function mapped<R>(decoded: Decoded<R>, reading: (record: R) => Reading): Decoded<Reading> {
  return decoded.ok ? { ok: true, record: reading(decoded.record) } : decoded
}

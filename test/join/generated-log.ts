import fc from 'fast-check'
import type { ErrorCode } from '../../src/errors.ts'
import { encodeRecord } from '../../src/ingest/avro-codec.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { type Modality, type PatientContext, TOPIC_OF_MODALITY, type VitalsReading } from '../../src/reading.ts'
import { Digits, MOST_DIGITS } from '../support/digits.ts'
import { encodeReading, readingOf } from '../support/readings.ts'
import type { JoinSettings } from './join-under-test.ts'

/** What a record is meant to be, known without decoding it. */
export type Entry = { record: LogRecord } & (
  | {
      kind: 'reading'
      patientId: string
      feedId: string
      modality: Modality
      sequence: number
      eventTimeMs: number
      heartbeat: boolean
      /** null: it says none */
      pulsePerMin: number | null
    }
  | { kind: 'context'; patientId: string; context: PatientContext | null }
  | { kind: 'unreadable'; code: ErrorCode }
)
export type ReadingEntry = Extract<Entry, { kind: 'reading' }>

/** Records of several partitions in the order of their append time. */
export interface GeneratedLog {
  entries: readonly Entry[]
}

export const START_MS = 1_700_000_000_000
const PATIENTS = ['p1', 'p2', 'p3']
export const PARTITIONS = [0, 1]
const FEEDS: readonly { modality: Modality; name: string }[] = [
  { modality: 'vitals', name: 'monitor' },
  { modality: 'pcg', name: 'scope' },
  { modality: 'video', name: 'camera' },
  { modality: 'vitals', name: 'pump' },
]

/** Defaults; no grace and waits as short as they can be set; grace as long as a window; a wait shorter than a window. */
export const SETTINGS: readonly JoinSettings[] = [
  { sizeMs: 10_000, graceMs: 2_000, sourceIdleMs: 15_000, windowWaitMs: 60_000, futureToleranceMs: 60_000 },
  { sizeMs: 1_000, graceMs: 0, sourceIdleMs: 1_000, windowWaitMs: 1_000, futureToleranceMs: 0 },
  { sizeMs: 5_000, graceMs: 5_000, sourceIdleMs: 60_000, windowWaitMs: 17_000, futureToleranceMs: 5_000 },
  { sizeMs: 10_000, graceMs: 2_000, sourceIdleMs: 5_000, windowWaitMs: 6_000, futureToleranceMs: 60_000 },
]
export const settings = fc.constantFrom(...SETTINGS)

/** Between two appends, as a log's character has it: one moment, a steady feed, a short gap, silence past any wait. */
const GAPS_MS = [
  [1_000, 0, 500, 1, 2_500, 100],
  [1_000, 0, 500, 5_000, 2_500, 17_000],
  [1_000, 0, 0, 500, 500, 100, 2_500, 61_000],
]
/** Append time minus event time: none, out of order, at the bounds and about them, late, a spool of an hour, a clock ahead. */
const DELAYS_MS = [
  [0, 0, 500, 1_000, 1_999, 2_000],
  [0, 0, 500, 2_001, 5_000, 11_000, 12_000, 25_000],
  [0, 0, 500, 1_000, 6_000, 3_600_000, -1, -5_000, -60_000, -61_000, -90_000_000],
]
const KINDS = [
  'reading',
  'reading',
  'reading',
  'reading',
  'reading',
  'reading',
  'heartbeat',
  'repeat',
  'repeat',
  'context',
  'unreadable',
] as const
const HARM = ['empty', 'garbage', 'truncated', 'wrong key', 'wrong topic', 'impossible', 'context'] as const

/** Any log: disorder, silence, flapping and reconnecting feeds, spools, wrong clocks, repeats, heartbeats, bad records. */
export function logs(maxLength = 60): fc.Arbitrary<GeneratedLog> {
  const steps = fc.array(fc.nat(MOST_DIGITS), { minLength: 1, maxLength, size: 'max' })
  return fc.tuple(fc.nat(MOST_DIGITS), steps).map(([character, steps]) => readable(entriesOf(character, steps)))
}

export function partitionOfPatient(patientId: string): number {
  return PATIENTS.indexOf(patientId) % PARTITIONS.length
}

/** Gives records their offsets in the order in which they are appended. */
export class Appender {
  readonly #offsets = new Map<string, number>()

  append(topic: TopicName, patientId: string, value: Buffer | null, appendTimeMs: number, key = patientId): LogRecord {
    const partition = partitionOfPatient(patientId)
    const place = `${topic}/${partition}`
    const offset = this.#offsets.get(place) ?? 0
    this.#offsets.set(place, offset + 1)
    return { topic, partition, offset, key, value, appendTimeMs }
  }
}

function entriesOf(character: number, steps: readonly number[]): Entry[] {
  const appender = new Appender()
  const sent = new Map<string, ReadingEntry[]>()
  const ward = new Digits(character)
  const patients = PATIENTS.slice(0, 1 + ward.below(PATIENTS.length))
  const feeds = FEEDS.slice(0, 1 + ward.below(FEEDS.length))
  const [gapsMs, delaysMs] = [ward.of(GAPS_MS), ward.of(DELAYS_MS)]
  let nowMs = START_MS
  return steps.map((step, index): Entry => {
    const digits = new Digits(step)
    const patientId = digits.of(patients)
    const { modality, name } = digits.of(feeds)
    nowMs += digits.of(gapsMs)
    const eventTimeMs = nowMs - digits.of(delaysMs)
    const kind = digits.of(KINDS)
    const feedId = `${patientId}/${name}`
    const topic = TOPIC_OF_MODALITY[modality]
    const before = sent.get(feedId) ?? []
    const repeated = before[before.length - 1 - digits.below(3)]
    if (kind === 'repeat' && repeated !== undefined) {
      // A feed that says another thing under the same number has said the first.
      const changed =
        digits.below(4) === 3
          ? encodeReading(readingOf({ ...repeated, numerics: numericsOf(CHANGED), clockOffsetMs: 1 }))
          : null
      const record = appender.append(topic, patientId, changed ?? repeated.record.value, nowMs)
      // What it says then is no pulse.
      return changed === null ? { ...repeated, record } : { ...repeated, record, pulsePerMin: null }
    }
    if (kind === 'context') return contextEntry(appender, patientId, digits.below(4), eventTimeMs, nowMs)
    if (kind === 'unreadable') return unreadableEntry(appender, patientId, modality, digits.of(HARM), nowMs)
    const said = { patientId, feedId, modality, sequence: index, eventTimeMs, heartbeat: kind === 'heartbeat' }
    const value = encodeReading(readingOf({ ...said, numerics: numericsOf(index) }))
    const record = appender.append(topic, patientId, value, nowMs)
    const entry: ReadingEntry = { kind: 'reading', ...said, record, pulsePerMin: index }
    sent.set(feedId, [...before, entry])
    return entry
  })
}

/** What a changed repeat says instead. */
export const CHANGED = -1

/** A monitor of the generated log says the number of its reading, so that it shows whose values a window has. */
function numericsOf(value: number): VitalsReading['numerics'] {
  return [{ code: 'hr', value, unit: '/min', validity: 'valid' }]
}

function contextEntry(
  appender: Appender,
  patientId: string,
  choice: number,
  effectiveTimeMs: number,
  nowMs: number,
): Entry {
  const context = choice === 0 ? null : contextOf(patientId, effectiveTimeMs, `diagnosis ${choice}`)
  const value = context === null ? null : encodeRecord('patient-context', context)
  return { kind: 'context', patientId, context, record: appender.append('patient-context', patientId, value, nowMs) }
}

export function contextOf(patientId: string, effectiveTimeMs: number, diagnosis: string): PatientContext {
  return {
    patientId,
    unitId: 'u1',
    bedId: 'b1',
    effectiveTimeMs,
    ageBand: 'adult',
    sex: 'unknown',
    diagnosis,
    notes: [],
    labs: [],
    consciousness: null,
    supplementalOxygen: null,
    hypercapnicTarget: false,
    deviceIds: [],
    generationMode: 'test',
  }
}

function unreadableEntry(
  appender: Appender,
  patientId: string,
  modality: Modality,
  harm: (typeof HARM)[number],
  nowMs: number,
): Entry {
  const said = { patientId, modality, sequence: 1, eventTimeMs: nowMs }
  const topic = TOPIC_OF_MODALITY[modality]
  const good = encodeReading(readingOf(said))
  const bad = (code: ErrorCode, value: Buffer | null, at: TopicName = topic, key = patientId): Entry => ({
    kind: 'unreadable',
    code,
    record: appender.append(at, patientId, value, nowMs, key),
  })
  switch (harm) {
    case 'empty':
      return bad('RECORD_EMPTY', null)
    case 'garbage':
      return bad('RECORD_NOT_FRAMED', Buffer.from('garbage'))
    case 'truncated':
      return bad('RECORD_TRUNCATED', good.subarray(0, good.length - 3))
    case 'wrong key':
      return bad('KEY_MISMATCH', good, topic, `${patientId}x`)
    case 'wrong topic':
      return bad('SCHEMA_WRONG_TOPIC', good, modality === 'pcg' ? 'vitals' : 'heart-audio')
    case 'impossible':
      return bad('VALUE_OUT_OF_RANGE', encodeReading(readingOf({ ...said, sequence: -1 })))
    case 'context':
      return bad('RECORD_NOT_FRAMED', Buffer.from('garbage'), 'patient-context')
  }
}

/** fast-check prints a counterexample by this: what was appended when, and what it said. */
function readable(entries: readonly Entry[]): GeneratedLog {
  const log = { entries }
  Object.defineProperty(log, fc.toStringMethod, { value: () => `\n${entries.map(lineOf).join('\n')}\n` })
  return log
}

export function lineOf(entry: Entry): string {
  const { topic, partition, offset, appendTimeMs } = entry.record
  const place = `at ${appendTimeMs - START_MS}: ${topic}-${partition}-${offset}`
  if (entry.kind === 'unreadable') return `${place} ${entry.code}`
  if (entry.kind === 'context')
    return `${place} ${entry.patientId} from ${(entry.context?.effectiveTimeMs ?? entry.record.appendTimeMs) - START_MS}`
  const { feedId, sequence, eventTimeMs, heartbeat } = entry
  return `${place} ${feedId} ${heartbeat ? 'heartbeat' : 'reading'} ${sequence} of ${eventTimeMs - START_MS}`
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import { deadLetterOf } from '../../src/ingest/dead-letter.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { ENCODE, outbound, tombstone } from '../../src/ingest/outbound.ts'
import { readReading, readRecord } from '../../src/ingest/record-check.ts'
import type { PcgChunk, Reading, VideoFrame, VitalsReading } from '../../src/reading.ts'
import { readingOf, recordOf } from '../support/readings.ts'

const NOW_MS = Date.UTC(2026, 10, 24)
const DAY_MS = 86_400_000
const RULES = { futureToleranceMs: 60_000 }

/** What the check says of a record: the timing, or the code and the field. */
function verdict(record: LogRecord): string {
  const checked = readReading(record, RULES)
  return checked.ok ? checked.timing : `${checked.code} ${checked.detail}`.trim()
}

const check = (reading: Reading): string => verdict(recordOf(reading, 0, NOW_MS))

function vitals(changes: Partial<VitalsReading> = {}): Reading {
  const reading = readingOf({
    eventTimeMs: NOW_MS,
    numerics: [{ code: 'hr', value: 72, unit: '/min', validity: 'valid' }],
    waveforms: [
      {
        code: 'ecg',
        startTimeMs: NOW_MS,
        sampleRateHz: 250,
        scale: 0.005,
        offset: 0,
        unit: 'mV',
        validity: 'valid',
        samples: Buffer.alloc(500),
      },
    ],
  })
  return { modality: 'vitals', record: { ...(reading.record as VitalsReading), ...changes } }
}
const ecg = (changes: object): Reading => {
  const { waveforms } = vitals().record as VitalsReading
  return vitals({ waveforms: waveforms.map((stretch) => ({ ...stretch, ...changes })) })
}
function chunk(changes: Partial<PcgChunk> = {}): Reading {
  const { record } = readingOf({ modality: 'pcg', eventTimeMs: NOW_MS })
  return { modality: 'pcg', record: { ...(record as PcgChunk), ...changes } }
}
function frame(changes: Partial<VideoFrame> = {}): Reading {
  const { record } = readingOf({ modality: 'video', eventTimeMs: NOW_MS })
  return { modality: 'video', record: { ...(record as VideoFrame), ...changes } }
}

describe('a record of a stream, at the door', () => {
  it('is a reading when it is whole', () => {
    for (const reading of [vitals(), chunk(), frame()]) {
      const checked = readReading(recordOf(reading, 0, NOW_MS), RULES)
      assert.ok(checked.ok)
      assert.equal(checked.reading.modality, reading.modality)
      assert.equal(checked.reading.record.patientId, 'p1')
      assert.equal(checked.timing, 'plausible')
    }
  })

  it('is refused when its key is another patient, without naming either', () => {
    assert.equal(verdict({ ...recordOf(vitals(), 0, NOW_MS), key: 'p2' }), 'KEY_MISMATCH')
    assert.equal(verdict({ ...recordOf(vitals(), 0, NOW_MS), key: '' }), 'KEY_MISMATCH')
  })

  it('is refused when it has no value, or belongs on another topic', () => {
    assert.equal(verdict({ ...recordOf(vitals(), 0, NOW_MS), value: null }), 'RECORD_EMPTY')
    assert.equal(
      verdict({ ...recordOf(vitals(), 0, NOW_MS), topic: 'heart-audio' }),
      'SCHEMA_WRONG_TOPIC VitalsReading',
    )
    assert.equal(verdict({ ...recordOf(vitals(), 0, NOW_MS), topic: 'alerts' }), 'SCHEMA_WRONG_TOPIC alerts')
  })

  it('is refused when a number is NaN or infinite', () => {
    const hr = (value: number): Reading =>
      vitals({ numerics: [{ code: 'hr', value, unit: '/min', validity: 'valid' }] })
    assert.equal(check(hr(NaN)), 'VALUE_NOT_FINITE numerics.0.value')
    assert.equal(check(hr(-Infinity)), 'VALUE_NOT_FINITE numerics.0.value')
    assert.equal(check(ecg({ scale: NaN })), 'VALUE_NOT_FINITE waveforms.0.scale')
    assert.equal(check(ecg({ sampleRateHz: Infinity })), 'VALUE_NOT_FINITE waveforms.0.sampleRateHz')
  })

  it('is refused when a field says what no device could mean', () => {
    const patientless = recordOf(vitals({ patientId: '' }), 0, NOW_MS)
    assert.equal(verdict({ ...patientless, key: '' }), 'VALUE_OUT_OF_RANGE patientId')
    assert.equal(check(vitals({ feedId: '' })), 'VALUE_OUT_OF_RANGE feedId')
    assert.equal(check(vitals({ feedId: '__proto__' })), 'VALUE_OUT_OF_RANGE feedId', 'no state would keep it')
    assert.equal(check(vitals({ sequence: -1 })), 'VALUE_OUT_OF_RANGE sequence')
    assert.equal(check(ecg({ sampleRateHz: 0 })), 'VALUE_OUT_OF_RANGE waveforms.0.sampleRateHz')
    assert.equal(check(ecg({ sampleRateHz: -250 })), 'VALUE_OUT_OF_RANGE waveforms.0.sampleRateHz')
    assert.equal(check(ecg({ samples: Buffer.alloc(501) })), 'VALUE_OUT_OF_RANGE waveforms.0.samples')
    assert.equal(check(chunk({ sampleRateHz: 0 })), 'VALUE_OUT_OF_RANGE sampleRateHz')
    assert.equal(check(chunk({ samples: Buffer.alloc(7) })), 'VALUE_OUT_OF_RANGE sampleCount')
    assert.equal(check(chunk({ sampleCount: 5 })), 'VALUE_OUT_OF_RANGE sampleCount')
    assert.equal(check(chunk({ samples: Buffer.alloc(0) })), 'VALUE_OUT_OF_RANGE samples')
    assert.equal(check(chunk({ encoding: 'flac', sampleCount: 4_000, samples: Buffer.from('fLaC') })), 'plausible')
    assert.equal(check(frame({ widthPx: 0 })), 'VALUE_OUT_OF_RANGE widthPx')
    assert.equal(check(frame({ heightPx: 100_000 })), 'VALUE_OUT_OF_RANGE heightPx')
  })

  it('is refused when a frame is not a JPEG', () => {
    assert.equal(check(frame({ jpeg: Buffer.from('GIF89a') })), 'FRAME_UNREADABLE jpeg, 6 bytes')
    assert.equal(check(frame({ jpeg: Buffer.alloc(0) })), 'FRAME_UNREADABLE jpeg, 0 bytes')
  })

  it('is taken when a numeric is outside what a sensor reports: the record carries good values too', () => {
    assert.equal(
      check(vitals({ numerics: [{ code: 'hr', value: 900, unit: '/min', validity: 'valid' }] })),
      'plausible',
    )
  })

  it('is taken when a heartbeat has no media', () => {
    assert.equal(
      check(chunk({ heartbeat: true, sampleCount: 0, sampleRateHz: 0, samples: Buffer.alloc(0) })),
      'plausible',
    )
    assert.equal(check(frame({ heartbeat: true, widthPx: 0, heightPx: 0, jpeg: Buffer.alloc(0) })), 'plausible')
  })

  it('is ahead, implausible or plausible by how event time lies to append time', () => {
    const at = (eventTimeMs: number): string => check(vitals({ eventTimeMs }))
    assert.equal(at(NOW_MS + 60_000), 'plausible')
    assert.equal(at(NOW_MS + 60_001), 'ahead')
    assert.equal(at(NOW_MS + DAY_MS), 'ahead')
    assert.equal(at(NOW_MS + DAY_MS + 1), 'TIME_IMPLAUSIBLE eventTimeMs')
    assert.equal(at(NOW_MS - 366 * DAY_MS), 'plausible')
    assert.equal(at(NOW_MS - 366 * DAY_MS - 1), 'TIME_IMPLAUSIBLE eventTimeMs')
    assert.equal(at(0), 'TIME_IMPLAUSIBLE eventTimeMs')
    assert.equal(at(Date.UTC(2099, 0, 1)), 'TIME_IMPLAUSIBLE eventTimeMs')
    assert.equal(check(ecg({ startTimeMs: 0 })), 'TIME_IMPLAUSIBLE eventTimeMs')
  })
})

describe('a record of any topic', () => {
  const at = (topic: LogRecord['topic'], key: string, value: Buffer): LogRecord => {
    return { topic, partition: 3, offset: 17, key, value, appendTimeMs: NOW_MS }
  }

  it('is read when its key is its patient', () => {
    const late = {
      id: 'x',
      topic: 'vitals',
      partition: 0,
      offset: 1,
      patientId: 'p1',
      feedId: 'f',
      eventTimeMs: 1,
      windowStartMs: 0,
      latenessMs: 5,
      appendTimeMs: 2,
      value: Buffer.from([1]),
    }
    const { key, value } = outbound('late-readings', late)
    assert.equal(key, 'p1')
    const read = readRecord('late-readings', at('late-readings', key, Buffer.from(value ?? [])))
    assert.deepEqual(read.ok && { ...read.record }, late)
    const other = readRecord('late-readings', at('late-readings', 'p2', Buffer.from(value ?? [])))
    assert.equal(other.ok ? 'read' : other.code, 'KEY_MISMATCH')
  })

  it('becomes a dead letter with its bytes, its place and a deterministic id', () => {
    const garbage = at('vitals', 'p1', Buffer.from('garbage'))
    const letter = deadLetterOf(garbage, 'RECORD_NOT_FRAMED', '7 bytes', 'join')
    assert.deepEqual([letter.topic, letter.key], ['dead-letter', 'p1'])
    assert.deepEqual(letter, deadLetterOf(garbage, 'RECORD_NOT_FRAMED', '7 bytes', 'join'))
    const read = readRecord('dead-letter', at('dead-letter', letter.key, Buffer.from(letter.value ?? [])))
    assert.ok(read.ok)
    assert.equal(read.record.id, 'vitals-3-17')
    assert.deepEqual(
      [read.record.code, read.record.detail, read.record.detectedBy],
      ['RECORD_NOT_FRAMED', '7 bytes', 'join'],
    )
    assert.equal(read.record.key?.toString(), 'p1')
    assert.equal(read.record.value?.toString(), 'garbage')
  })

  it('becomes a dead letter too when it has neither key nor value', () => {
    const letter = deadLetterOf({ ...at('vitals', '', Buffer.alloc(0)), value: null }, 'RECORD_EMPTY', '', 'join')
    assert.equal(letter.key, 'unknown')
    const read = decodeRecord('dead-letter', Buffer.from(letter.value ?? []))
    assert.deepEqual(read.ok && [read.record.key, read.record.value], [null, null])
  })

  it('travels under its patient, and a tombstone under its key', () => {
    for (const reading of [vitals(), chunk(), frame()]) {
      const sent = ENCODE.reading(reading)
      const record = recordOf(reading, 0, NOW_MS)
      assert.deepEqual([sent.topic, sent.key], [record.topic, 'p1'])
      assert.ok(record.value?.equals(Buffer.from(sent.value ?? [])))
    }
    assert.deepEqual(tombstone('alert-state', 'p1'), { topic: 'alert-state', key: 'p1', value: null })
  })
})

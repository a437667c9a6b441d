import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeRecord, encodeRecord } from '../../src/ingest/avro-codec.ts'
import type { ValuePlace } from '../../src/ingest/fetched-record.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { headerOf } from '../../src/ingest/reading-header.ts'
import { SKIMMED, skimReading } from '../../src/ingest/reading-skim.ts'
import { readHeader, readingAt, readReading, readWhole } from '../../src/ingest/record-check.ts'
import type { SkimmedVitals } from '../../src/ingest/skimmed-vitals.ts'
import type { Reading, VitalsReading } from '../../src/reading.ts'
import { AUSCULTATION_SITE_VALUES, GENERATION_MODE_VALUES, VALIDITY_VALUES } from '../../src/records.ts'
import { encodeReading, readingOf, recordOf } from '../support/readings.ts'

const NOW_MS = 1_790_000_000_000
const RULES = { futureToleranceMs: 60_000 }
const MODALITIES = ['vitals', 'pcg', 'video'] as const

const mostly = <T>(plain: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 19, arbitrary: plain }, { weight: 1, arbitrary: odd })

const text = fc.string({ maxLength: 12, unit: 'grapheme' })
const anyDouble = mostly(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0),
)
const time = mostly(
  fc.integer({ min: NOW_MS - 100_000, max: NOW_MS + 70_000 }),
  fc.constantFrom(0, 1, -5, NOW_MS - 400 * 86_400_000, NOW_MS + 2 * 86_400_000, 2 ** 50, 2 ** 52),
)
const validity = fc.constantFrom(...VALIDITY_VALUES)
const numeric = fc.record({
  code: mostly(fc.constantFrom('hr', 'spo2', 'ä'), text),
  value: fc.option(anyDouble),
  unit: text,
  validity,
})
const waveform = fc.record({
  code: mostly(fc.constantFrom('ecg', 'pleth'), fc.constant('')),
  startTimeMs: time,
  sampleRateHz: mostly(fc.constant(250), anyDouble),
  scale: anyDouble,
  offset: fc.constant(0),
  unit: text,
  validity,
  samples: mostly(
    fc.constant(Buffer.alloc(130, 5)),
    fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
  ),
})
const head = fc.record({
  patientId: mostly(fc.constantFrom('p1', 'p00012'), text),
  feedId: mostly(fc.constantFrom('p1/vitals', 'ü'), fc.oneof(fc.constant('__proto__'), text)),
  deviceId: text,
  sequence: mostly(fc.nat(), fc.constantFrom(-1, 2 ** 51)),
  eventTimeMs: time,
  deviceTimeMs: time,
  clockOffsetMs: fc.integer(),
  generationMode: fc.constantFrom(...GENERATION_MODE_VALUES),
  heartbeat: fc.boolean(),
})
const readings: fc.Arbitrary<Reading> = fc.oneof(
  fc
    .tuple(head, fc.array(numeric, { maxLength: 6 }), fc.array(waveform, { maxLength: 2 }))
    .map(([said, numerics, waveforms]): Reading => ({ modality: 'vitals', record: { ...said, numerics, waveforms } })),
  fc
    .tuple(
      head,
      fc.constantFrom(...AUSCULTATION_SITE_VALUES),
      fc.constantFrom('pcm_s16le', 'flac'),
      mostly(fc.constant(2), fc.nat(4)),
    )
    .map(([said, site, encoding, sampleCount]): Reading => {
      const samples = Buffer.from([1, 0, 2, 0])
      return { modality: 'pcg', record: { ...said, site, sampleRateHz: 4_000, encoding, sampleCount, samples } }
    }),
  fc
    .tuple(
      head,
      mostly(fc.constantFrom(1, 640), fc.constantFrom(0, -3, 20_000)),
      mostly(fc.constant('ffd8ff00'), fc.constantFrom('ffd8', '', '00ffd8ff')),
    )
    .map(([said, widthPx, start]): Reading => {
      return { modality: 'video', record: { ...said, widthPx, heightPx: 480, jpeg: Buffer.from(start, 'hex') } }
    }),
)

/** The decoder's records have a class of their own. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}

/** Its bytes, as they lie in the answer of a fetch. */
function placed({ value }: LogRecord): ValuePlace {
  if (value === null) throw new Error('a tombstone lies nowhere')
  const bytes = Buffer.concat([Buffer.alloc(3, 0xff), value, Buffer.alloc(5, 0xff)])
  return { bytes, start: 3, end: 3 + value.length }
}

/** What a vitals reading says, wherever its samples lie. */
function told(vitals: SkimmedVitals | null): string {
  if (vitals === null) return ''
  const { numerics, stretches } = vitals
  const listed = [vitals.codes, vitals.values, vitals.validities].map((list) => list.slice(0, numerics))
  const { stretchCodes, startTimesMs, sampleRatesHz, scales, offsets, stretchValidities } = vitals
  const lists = [stretchCodes, startTimesMs, sampleRatesHz, scales, offsets, stretchValidities]
  const samples = vitals.samples.slice(0, stretches).map((view, stretch) => {
    const start = vitals.starts[stretch] ?? NaN
    return [
      ...Buffer.from(view.buffer).subarray(view.byteOffset + start, view.byteOffset + (vitals.ends[stretch] ?? NaN)),
    ]
  })
  return JSON.stringify([listed, lists.map((list) => list.slice(0, stretches)), samples])
}

/** Both ways to look at a record say the same; what was skimmed opens to the same reading. */
function agree(record: LogRecord): 'skimmed' | 'decoded' | 'refused' {
  const whole = readWhole(record, RULES)
  assert.deepEqual(plain(readReading(record, RULES)), plain(whole))
  const header = readHeader(record, RULES)
  if (!whole.ok || !header.ok) {
    assert.deepEqual(header, whole)
    return 'refused'
  }
  assert.equal(header.timing, whole.timing)
  const { modality, vitals, ...said } = header.header
  const { vitals: decoded, ...known } = headerOf(record, whole.reading)
  assert.deepEqual({ modality, ...said }, known)
  assert.deepEqual(told(vitals), told(decoded))
  if (modality !== 'vitals') assert.deepEqual(plain(readingAt(modality, placed(record))), plain(whole.reading))
  return skimReading(record) === null ? 'decoded' : 'skimmed'
}

describe('a skimmed reading', () => {
  it('is of the schemas of today', () => {
    const today = MODALITIES.map((modality) =>
      encodeReading(readingOf({ modality, eventTimeMs: 5 })).toString('hex', 0, 10),
    )
    assert.deepEqual(Object.values(SKIMMED), today)
  })

  it('is what the whole decoder reads, for anything that the schemas can say', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(readings, mostly(fc.constant(false), fc.constant(true)), (reading, strange) => {
        const record = recordOf(reading, 3, NOW_MS)
        const way = agree(strange ? { ...record, key: 'somebody else' } : record)
        seen.set(way, (seen.get(way) ?? 0) + 1)
      }),
      { numRuns: 3_000, seed: 5 },
    )
    assert.ok((seen.get('skimmed') ?? 0) > 300 && (seen.get('refused') ?? 0) > 300, JSON.stringify([...seen]))
  })

  it('is never taken from bytes that the whole decoder refuses, however they were damaged', () => {
    fc.assert(
      fc.property(
        readings,
        fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.nat(20),
        (reading, changes, cut) => {
          const record = recordOf(reading, 3, NOW_MS)
          const value = Buffer.from(record.value ?? '')
          for (const [at, byte] of changes) value[at % value.length] = byte
          agree({ ...record, value: value.subarray(0, value.length - (cut > 3 ? 0 : cut)) })
        },
      ),
      { numRuns: 5_000, seed: 6 },
    )
  })

  it('falls back to the decoder for framings and versions that are not ours of today', () => {
    const { record: vitals } = readingOf({ eventTimeMs: NOW_MS }) as { record: VitalsReading }
    const body = encodeRecord('vitals', vitals).subarray(10)
    const confluent = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), body])
    assert.ok(decodeRecord('vitals', confluent).ok)
    const record = recordOf({ modality: 'vitals', record: vitals }, 0, NOW_MS)
    assert.equal(agree({ ...record, value: confluent }), 'decoded')
    assert.equal(agree(record), 'skimmed')
  })

  it('shows samples and frames as views of the record', () => {
    const record = recordOf(readingOf({ modality: 'video', eventTimeMs: NOW_MS }), 0, NOW_MS)
    const read = readHeader(record, RULES)
    assert.ok(read.ok)
    const place = placed(read.header.record)
    const { record: frame } = readingAt('video', place)
    assert.ok('jpeg' in frame && frame.jpeg.buffer === place.bytes.buffer)
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import avro, { type Schema } from 'avsc'
import fc from 'fast-check'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { decodeRecord, encodeRecord, knownFingerprints, learnVersions } from '../../src/ingest/avro-codec.ts'
import { fingerprint } from '../../src/ingest/fingerprint.ts'
import { type RecordOf, TOPICS, TOPIC_NAMES, type TopicName } from '../../src/ingest/topics.ts'
import type { Alert, AlertCommand, AlertState } from '../../src/records.ts'
import { anyRecord } from './any-record.ts'
import { readingOf } from '../support/readings.ts'

const AVRO = join(PACKAGE_ROOT, 'schemas/avro')
const schemaAt = (path: string): Schema => JSON.parse(readFileSync(join(AVRO, path), 'utf8')) as Schema
const vitals = (): RecordOf['vitals'] => {
  const { record } = readingOf({
    eventTimeMs: 1_000,
    heartbeat: true,
    numerics: [{ code: 'hr', value: 72, unit: '/min', validity: 'valid' }],
  })
  return record as RecordOf['vitals']
}

describe('the Avro codec', () => {
  for (const topic of TOPIC_NAMES) {
    it(`gives back what was encoded for ${topic}`, () => {
      fc.assert(
        fc.property(anyRecord(schemaOf(topic)), (record) => {
          const decoded = decodeRecord(topic, encodeRecord(topic, record as RecordOf[typeof topic]))
          assert.ok(decoded.ok)
          assert.deepEqual(plain(decoded.record), plain(record))
        }),
        { numRuns: 100, seed: 7 },
      )
    })
  }

  it('puts the marker and the schema’s fingerprint first, so that a reader needs no registry', () => {
    const encoded = encodeRecord('vitals', vitals())
    assert.deepEqual([...encoded.subarray(0, 2)], [0xc3, 0x01])
    const canonicalForm = JSON.stringify(avro.Type.forSchema(schemaAt('vitals-reading.avsc')).schema())
    assert.ok(encoded.subarray(2, 10).equals(fingerprint(canonicalForm)))
    assert.equal(knownFingerprints().get(encoded.toString('hex', 2, 10)), 'VitalsReading')
  })

  it('reads what the next version writes once it has been told, and not before', () => {
    const today = schemaAt('alert-command.avsc') as { fields: object[] }
    const added = { name: 'addedLater', type: 'int', default: 3 }
    const next = avro.Type.forSchema({ ...today, fields: [...today.fields, added] } as unknown as Schema)
    const [command] = fc.sample(anyRecord(schemaOf('alert-commands')), { numRuns: 1, seed: 3 })
    const header = Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint(JSON.stringify(next.schema()))])
    const written = Buffer.concat([header, next.toBuffer({ ...(command as object), addedLater: 4 })])
    const before = decodeRecord('alert-commands', written)
    assert.ok(!before.ok)
    assert.equal(before.code, 'SCHEMA_UNKNOWN')

    const folder = mkdtempSync(join(tmpdir(), 'vigil-schemas-'))
    writeFileSync(join(folder, 'alert-command.avsc'), JSON.stringify(next.schema({ exportAttrs: true })))
    learnVersions(folder)
    rmSync(folder, { recursive: true })
    const after = decodeRecord('alert-commands', written)
    assert.ok(after.ok)
    assert.deepEqual(plain(after.record), plain(command))
  })

  it('reads Confluent framing with the schema of the topic', () => {
    const encoded = encodeRecord('vitals', vitals())
    const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, 42]), encoded.subarray(10)])
    assert.deepEqual(decodeRecord('vitals', framed), { ok: true, record: decoded('vitals', encoded) })
  })

  for (const file of readdirSync(join(AVRO, 'past')).filter((name) => name.endsWith('.avsc'))) {
    it(`reads what ${file} wrote as a record of today`, () => {
      const written = avro.Type.forSchema(schemaAt(join('past', file)))
      const topic = TOPIC_NAMES.find((name) => `vigil.${TOPICS[name].record}` === written.name)
      assert.ok(topic !== undefined, `${written.name} travels on no topic`)
      const mark = fingerprint(JSON.stringify(written.schema()))
      fc.assert(
        fc.property(anyRecord(schemaAt(join('past', file))), (record) => {
          const value = Buffer.concat([Buffer.from([0xc3, 0x01]), mark, written.toBuffer(record)])
          const read = decodeRecord(topic, value)
          assert.ok(read.ok)
          for (const [name, content] of Object.entries(record as object)) {
            const now = plain(read.record[name as keyof typeof read.record])
            assert.deepEqual(asWritten(now, plain(content)), plain(content))
          }
          encodeRecord(topic, read.record)
        }),
        { numRuns: 50, seed: 7 },
      )
    })
  }

  it('fills in what an older version did not have', () => {
    const written = avro.Type.forSchema(schemaAt('past/vitals-reading-1.avsc'))
    const { heartbeat, ...older } = vitals()
    assert.equal(heartbeat, true)
    const mark = fingerprint(JSON.stringify(written.schema()))
    const value = Buffer.concat([Buffer.from([0xc3, 0x01]), mark, written.toBuffer(older)])
    assert.deepEqual(plain(decoded('vitals', value)), plain({ ...vitals(), heartbeat: false }))
  })

  it('reads a prediction from before there were fused models as one without an interval', () => {
    const written = avro.Type.forSchema(schemaAt('past/prediction-1.avsc'))
    const [older] = fc.sample(anyRecord(schemaAt('past/prediction-1.avsc')), { numRuns: 1, seed: 5 })
    const model = { name: 'heart-sound', version: '2.0.0', sha256: '00', provider: 'cpu' }
    const mark = fingerprint(JSON.stringify(written.schema()))
    const value = written.toBuffer({ ...(older as object), model })
    const read = decoded('predictions', Buffer.concat([Buffer.from([0xc3, 0x01]), mark, value]))
    assert.deepEqual([read.riskLow, read.riskHigh, plain(read.model)], [null, null, { ...model, fusion: null }])
  })

  it('reads alerts and states from before there were answers as ones that nobody answered', () => {
    const alert = olderOf('alerts', 'past/alert-1.avsc') as Alert
    assert.deepEqual([alert.answer, alert.responsible, alert.escalatedTo], [null, null, null])
    const state = olderOf('alert-state', 'past/alert-state-1.avsc') as AlertState
    assert.deepEqual([state.unwatchedSinceMs, plain(state.watchedUntilMs)], [null, {}])
  })

  it('reads alerts and states from before there was assignment as ones of patients nobody looks after', () => {
    assert.equal((olderOf('alerts', 'past/alert-2.avsc') as Alert).assignedTo, null)
    assert.equal((olderOf('alert-state', 'past/alert-state-2.avsc') as AlertState).assignment, null)
    assert.equal((olderOf('alert-commands', 'past/alert-command-2.avsc') as AlertCommand).assignee, null)
  })

  it('reads a deed that only a later version knows as one that is unknown, and goes on', () => {
    const today = schemaAt('alert-command.avsc') as { fields: { name: string; type: { symbols: string[] } }[] }
    const later = structuredClone(today)
    later.fields.find(({ name }) => name === 'action')?.type.symbols.push('teleport')
    const written = avro.Type.forSchema(later as unknown as Schema)
    const folder = mkdtempSync(join(tmpdir(), 'vigil-schemas-'))
    writeFileSync(join(folder, 'alert-command.avsc'), JSON.stringify(written.schema({ exportAttrs: true })))
    learnVersions(folder)
    rmSync(folder, { recursive: true })
    const [command] = fc.sample(anyRecord(schemaOf('alert-commands')), { numRuns: 1, seed: 3 })
    const mark = fingerprint(JSON.stringify(written.schema()))
    const value = written.toBuffer({ ...(command as object), action: 'teleport' })
    const read = decoded('alert-commands', Buffer.concat([Buffer.from([0xc3, 0x01]), mark, value]))
    assert.equal(read.action, 'unknown')
  })

  it('gives a code for what it cannot read', () => {
    const encoded = encodeRecord('vitals', vitals())
    const unknown = Buffer.from(encoded).fill(0xee, 2, 10)
    const cases: [Buffer | null, string][] = [
      [null, 'RECORD_EMPTY'],
      [Buffer.alloc(0), 'RECORD_EMPTY'],
      [Buffer.from('{"hr":72}'), 'RECORD_NOT_FRAMED'],
      [Buffer.from([0xc3, 0x01, 0x05]), 'SCHEMA_UNKNOWN'],
      [unknown, 'SCHEMA_UNKNOWN'],
      [encoded.subarray(0, -1), 'RECORD_TRUNCATED'],
      [Buffer.concat([encoded, Buffer.from([0])]), 'RECORD_TRUNCATED'],
    ]
    for (const [value, code] of cases) {
      const read = decodeRecord('vitals', value)
      assert.equal(read.ok ? 'read' : read.code, code)
    }
    const elsewhere = decodeRecord('alerts', encoded)
    assert.equal(elsewhere.ok ? 'read' : elsewhere.code, 'SCHEMA_WRONG_TOPIC')
  })

  it('is not held up by damaged counts', () => {
    const encoded = encodeRecord('vitals', vitals())
    const count = encoded.indexOf(Buffer.from([2, 4, ...Buffer.from('hr')]))
    const thousandMillion = Buffer.from([0x80, 0xa8, 0xd6, 0xb9, 0x07])
    const damaged = Buffer.concat([encoded.subarray(0, count), thousandMillion, encoded.subarray(count + 1)])
    const read = decodeRecord('vitals', damaged)
    assert.equal(read.ok ? 'read' : read.code, 'RECORD_TRUNCATED')
  })

  it('reads or refuses whatever bytes follow a known fingerprint', () => {
    const encoded = encodeRecord('vitals', vitals())
    const damage = fc.array(fc.tuple(fc.nat(encoded.length - 11), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Buffer.from(encoded)
        for (const [at, byte] of changes) damaged[10 + at] = byte
        const read = decodeRecord('vitals', damaged)
        if (read.ok) encodeRecord('vitals', read.record)
        else assert.equal(read.code, 'RECORD_TRUNCATED')
      }),
      { numRuns: 3_000, seed: 7 },
    )
  })

  it('gives media bytes of their own, which do not change with the bytes they came in', () => {
    const { record } = readingOf({ modality: 'pcg', eventTimeMs: 1 })
    const encoded = encodeRecord('heart-audio', record as RecordOf['heart-audio'])
    const { samples } = decoded('heart-audio', encoded)
    const before = Buffer.from(samples)
    encoded.fill(0)
    assert.ok(samples.equals(before))
  })

  it('throws on a record of ours that does not fit its schema', () => {
    const broken = { ...vitals(), sequence: 'one' } as unknown as RecordOf['vitals']
    assert.throws(() => encodeRecord('vitals', broken))
  })
})

function schemaOf(topic: TopicName): Schema {
  const files = readdirSync(AVRO).filter((name) => name.endsWith('.avsc'))
  const schemas = files.map((file) => schemaAt(file) as { name: string })
  return schemas.find(({ name }) => name === TOPICS[topic].record) as unknown as Schema
}

function decoded<T extends TopicName>(topic: T, value: Buffer): RecordOf[T] {
  const read = decodeRecord(topic, value)
  if (!read.ok) throw new Error(read.code)
  return read.record
}

/** What is read, without the fields that a record within the record got since. */
function asWritten(now: unknown, written: unknown): unknown {
  if (Array.isArray(now) && Array.isArray(written)) return now.map((item, index) => asWritten(item, written[index]))
  if (!isPlainRecord(now) || !isPlainRecord(written)) return now
  return Object.fromEntries(Object.keys(written).map((name) => [name, asWritten(now[name], written[name])]))
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}

/** Without prototypes: the decoder makes records of classes of its own. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value) || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, plain(content)]))
}

/** A record of `topic` as a version wrote it whose schema is `file`, read today. */
function olderOf(topic: 'alerts' | 'alert-state' | 'alert-commands', file: string): unknown {
  const written = avro.Type.forSchema(schemaAt(file))
  const [older] = fc.sample(anyRecord(schemaAt(file)), { numRuns: 1, seed: 5 })
  const mark = fingerprint(JSON.stringify(written.schema()))
  return decoded(topic, Buffer.concat([Buffer.from([0xc3, 0x01]), mark, written.toBuffer(older)]))
}

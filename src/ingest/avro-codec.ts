import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import avro, { type Schema, type Type } from 'avsc'
import { PACKAGE_ROOT } from '../config.ts'
import type { ErrorCode } from '../errors.ts'
import { boundsCheck } from './avro-bounds.ts'
import { fingerprint } from './fingerprint.ts'
import { type RecordOf, TOPIC_NAMES, TOPICS, type TopicName } from './topics.ts'

export type Decoded<T> = { ok: true; record: T } | { ok: false; code: ErrorCode; detail: string }

/** Single-object encoding: two marker bytes, then the fingerprint of the writer's schema (Avro 1.11). */
const MARKER = Buffer.from([0xc3, 0x01])
const HEADER_BYTES = 10
/** Confluent framing: a zero byte, then the registry's schema id. */
const CONFLUENT_BYTES = 5

interface Writer {
  type: Type
  header: Buffer
}

interface Reader {
  recordName: string
  fits(body: Buffer): boolean
  decode(body: Buffer): unknown
}

const AVRO = join(PACKAGE_ROOT, 'schemas/avro')
const writers = new Map<string, Writer>()
const readers = new Map<string, Reader>()

loadToday()
for (const versions of ['past', 'next']) learnVersions(join(AVRO, versions))

/** Encodes a record for its topic. Throws on a record that does not fit the schema: that is a bug of ours. */
export function encodeRecord<T extends TopicName>(topic: T, record: RecordOf[T]): Buffer {
  const { type, header } = writerOf(topic)
  return Buffer.concat([header, type.toBuffer(record)])
}

/** Decodes a record of a topic, whichever version of the schema wrote it. Media bytes are copies, not views. */
export function decodeRecord<T extends TopicName>(topic: T, value: Buffer | null): Decoded<RecordOf[T]> {
  if (value === null || value.length === 0) return rejected('RECORD_EMPTY', '')
  const confluent = value[0] === 0
  if (!confluent && !value.subarray(0, 2).equals(MARKER)) return rejected('RECORD_NOT_FRAMED', `${value.length} bytes`)
  const reader = confluent ? readers.get(TOPICS[topic].record) : readers.get(value.toString('hex', 2, HEADER_BYTES))
  if (reader === undefined) return rejected('SCHEMA_UNKNOWN', value.toString('hex', 2, HEADER_BYTES))
  if (reader.recordName !== TOPICS[topic].record) return rejected('SCHEMA_WRONG_TOPIC', reader.recordName)
  const body = value.subarray(confluent ? CONFLUENT_BYTES : HEADER_BYTES)
  if (!reader.fits(body)) return rejected('RECORD_TRUNCATED', `${value.length} bytes`)
  try {
    return { ok: true, record: reader.decode(body) as RecordOf[T] }
  } catch {
    return rejected('RECORD_TRUNCATED', `${value.length} bytes`)
  }
}

/** The hexadecimal fingerprints that decode today, by record name. */
export function knownFingerprints(): ReadonlyMap<string, string> {
  return new Map([...readers].filter(([key]) => key.length === 16).map(([key, reader]) => [key, reader.recordName]))
}

function loadToday(): void {
  for (const file of schemaFiles(AVRO)) {
    const type = parse(join(AVRO, file))
    const mark = fingerprint(JSON.stringify(type.schema()))
    const name = plainName(type)
    writers.set(name, { type, header: Buffer.concat([MARKER, mark]) })
    const reader = {
      recordName: name,
      fits: boundsCheck(type.schema()),
      decode: (body: Buffer) => type.fromBuffer(body) as unknown,
    }
    readers.set(mark.toString('hex'), reader)
    readers.set(name, reader)
  }
}

/**
 * Other versions of today's schemas, whose records are read into today's by Avro's resolution rules: older ones in
 * schemas/avro/past, and in schemas/avro/next those of the version that is about to be installed, so that a process of
 * this version reads what one of that version writes beside it.
 */
export function learnVersions(folder: string): void {
  if (!existsSync(folder)) return
  for (const file of schemaFiles(folder)) {
    const written = parse(join(folder, file))
    const today = writers.get(plainName(written))
    if (today === undefined) throw new Error(`${join(folder, file)} has no schema of today`)
    const mark = fingerprint(JSON.stringify(written.schema())).toString('hex')
    // After the upgrade the next version is today's.
    if (readers.has(mark)) continue
    const resolver = today.type.createResolver(written)
    readers.set(mark, {
      recordName: plainName(written),
      fits: boundsCheck(written.schema()),
      decode: (body) => today.type.fromBuffer(body, resolver) as unknown,
    })
  }
}

function writerOf(topic: TopicName): Writer {
  const writer = writers.get(TOPICS[topic].record)
  if (writer === undefined) throw new Error(`no schema for ${topic}; there are ${TOPIC_NAMES.join(', ')}`)
  return writer
}

function parse(path: string): Type {
  return avro.Type.forSchema(JSON.parse(readFileSync(path, 'utf8')) as Schema)
}

function schemaFiles(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.avsc'))
}

function plainName(type: Type): string {
  return (type.name ?? '').split('.').at(-1) ?? ''
}

function rejected(code: ErrorCode, detail: string): { ok: false; code: ErrorCode; detail: string } {
  return { ok: false, code, detail }
}

import { VigilError } from '../errors.ts'
import { FetchedRecord, LentRecord } from './fetched-record.ts'
import { int64At } from './kafka-bytes.ts'
import type { KeyCache } from './key-cache.ts'
import type { TopicName } from './topics.ts'

/** A record batch as it lies in a response, known by its header; its records are read when they are due. */
export interface RecordBatch {
  baseOffset: number
  lastOffset: number
  /** the newest append time in it */
  lastMs: number
  attributes: number
  producerId: number
  /** of the whole batch */
  bytes: Buffer
  /** The records, uncompressed; null: they cannot be read, and `unreadable` says why. */
  records: Buffer | null
  unreadable: string
}

const MAGIC_AT = 16
const HEADER_BYTES = 61
/** offset and length, which stand before what the length counts */
const PREFIX_BYTES = 12
const COMPRESSION = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

export const compressionOf = ({ attributes }: RecordBatch): number => attributes & COMPRESSION
export const isTransactional = ({ attributes }: RecordBatch): boolean => (attributes & TRANSACTIONAL) !== 0
export const isControl = ({ attributes }: RecordBatch): boolean => (attributes & CONTROL) !== 0

/**
 * The batches that lie whole in a part of a response; the last one may be cut short and comes again with the next fetch.
 * The checksum is not looked at: in JavaScript it costs as much as all the rest, and the broker has checked it at the door.
 */
export function batchesIn(response: Buffer, start: number, end: number): RecordBatch[] {
  const batches: RecordBatch[] = []
  let at = start
  while (end - at > MAGIC_AT) {
    const size = PREFIX_BYTES + response.readInt32BE(at + 8)
    if (size <= MAGIC_AT) throw new VigilError('LOG_UNAVAILABLE', 'a record batch without a length')
    if (at + size > end) break
    batches.push(batchIn(response.subarray(at, at + size)))
    at += size
  }
  return batches
}

function batchIn(bytes: Buffer): RecordBatch {
  const baseOffset = int64At(bytes, 0)
  const magic = bytes.readInt8(MAGIC_AT)
  if (magic !== 2 || bytes.length < HEADER_BYTES) {
    const unreadable = `record batches of format ${magic} are not read`
    const none = { lastMs: 0, attributes: 0, producerId: -1 }
    return { baseOffset, lastOffset: baseOffset, ...none, bytes, records: null, unreadable }
  }
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(23),
    lastMs: int64At(bytes, 35),
    attributes: bytes.readInt16BE(21),
    producerId: int64At(bytes, 43),
    bytes,
    records: bytes.subarray(HEADER_BYTES),
    unreadable: '',
  }
}

/** Whether a control batch says that its producer's transaction was given up. */
export function isAbort({ records }: RecordBatch): boolean {
  if (records === null) return false
  const cursor = new Cursor(records)
  cursor.varint()
  cursor.at++
  cursor.varint()
  cursor.varint()
  const keyLength = cursor.varint()
  return keyLength >= 4 && records.readInt16BE(cursor.at + 2) === 0
}

/** How the records of a batch are wanted. */
export interface Wanted {
  of: { topic: TopicName; partition: number }
  /** the first offset */
  from: number
  keys: KeyCache
  bytes: 'lent' | 'kept'
}

/**
 * The records of a batch, as they lie in the response. A batch that cannot be read is one record that
 * holds all its bytes, so that it goes to dead-letter with them and holds nobody up.
 */
export function recordsOf(batch: RecordBatch, wanted: Wanted, onUnreadable: (why: string) => void): FetchedRecord[] {
  if (batch.records !== null) {
    try {
      return read(batch, batch.records, wanted)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      batch.unreadable = error.message
    }
  }
  onUnreadable(batch.unreadable)
  const { lastOffset, bytes, lastMs } = batch
  const Fetched = wanted.bytes === 'lent' ? LentRecord : FetchedRecord
  return [new Fetched(wanted.of, lastOffset, '', lastMs, bytes, 0, bytes.length)]
}

function read(batch: RecordBatch, bytes: Buffer, { of, from, keys, bytes: how }: Wanted): FetchedRecord[] {
  const Fetched = how === 'lent' ? LentRecord : FetchedRecord
  const count = batch.bytes.readInt32BE(57)
  const firstMs = int64At(batch.bytes, 27)
  const isLogTime = (batch.attributes & LOG_APPEND_TIME) !== 0
  const records: FetchedRecord[] = []
  const cursor = new Cursor(bytes)
  for (let left = count; left > 0; left--) {
    const length = cursor.varint()
    const next = cursor.at + length
    if (length < 0 || next > bytes.length) throw new RangeError('a record reaches beyond its batch')
    // Attributes of a record are not used by anyone.
    cursor.at++
    const sinceFirstMs = cursor.varint()
    const offset = batch.baseOffset + cursor.varint()
    const keyLength = cursor.varint()
    const keyAt = cursor.at
    if (keyLength > 0) cursor.at += keyLength
    const valueLength = cursor.varint()
    const valueAt = cursor.at
    if (valueLength > 0) cursor.at += valueLength
    const headers = cursor.varint()
    if (keyLength < -1 || valueLength < -1 || headers < 0) throw new RangeError('a field has a negative length')
    if (headers === 0 ? cursor.at !== next : cursor.at > next)
      throw new RangeError('a record has another length than it says')
    if (offset > batch.lastOffset) throw new RangeError('a record lies beyond the last offset of its batch')
    cursor.at = next
    if (offset < from) continue
    const key = keyLength > 0 ? keys.keyOf(bytes, keyAt, keyAt + keyLength) : ''
    const appendTimeMs = isLogTime ? batch.lastMs : firstMs + sinceFirstMs
    records.push(new Fetched(of, offset, key, appendTimeMs, bytes, valueAt, valueAt + valueLength))
  }
  if (cursor.at !== bytes.length) throw new RangeError('a batch goes on behind its last record')
  return records
}

/** Reads zigzag numbers of variable length, one after the other. */
class Cursor {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  varint(): number {
    const first = this.#byte()
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let value = first & 0x7f
    for (let factor = 128; ; factor *= 128) {
      const byte = this.#byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw new RangeError('a batch ends within a record')
    return byte
  }
}

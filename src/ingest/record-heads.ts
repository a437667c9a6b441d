import { gunzipSync } from 'node:zlib'

/** What of a record tells who wrote it and when the log took it. */
export interface RecordHead {
  offset: number
  timestampMs: number
  /** The broker's own time; else the sender's. */
  isAppendTime: boolean
  /** First bytes of the value; null: a tombstone; 'unread': compressed in a way that is not unpacked here. */
  head: Buffer | null | 'unread'
}

const HEAD_BYTES = 10
/** Offset and length of a batch come before what the length counts. */
const PREFIX_BYTES = 12
const RECORDS_AT = 61
const COMPRESSION = 0x07
const APPEND_TIME = 0x08
const CONTROL = 0x20
const NONE = 0
const GZIP = 1
const MOST_UNPACKED_BYTES = 67_108_864

/** The heads of all records in a fetched stretch of the log: batches of version 2 (Kafka 0.11 and newer), the last one may be cut. */
export function recordHeads(stretch: Buffer): RecordHead[] {
  const heads: RecordHead[] = []
  for (let at = 0; at + RECORDS_AT <= stretch.length;) {
    const end = at + PREFIX_BYTES + stretch.readInt32BE(at + 8)
    if (end > stretch.length || end <= at + PREFIX_BYTES) break
    heads.push(...headsOfBatch(stretch.subarray(at, end)))
    at = end
  }
  return heads
}

function headsOfBatch(batch: Buffer): RecordHead[] {
  const attributes = batch.readInt16BE(21)
  if ((attributes & CONTROL) !== 0 || batch.readInt8(16) !== 2) return []
  const baseOffset = Number(batch.readBigInt64BE(0))
  const firstMs = Number(batch.readBigInt64BE(27))
  const newestMs = Number(batch.readBigInt64BE(35))
  const isAppendTime = (attributes & APPEND_TIME) !== 0
  const unpacked = unpack(batch.subarray(RECORDS_AT), attributes & COMPRESSION)
  if (unpacked === null) return [{ offset: baseOffset, timestampMs: newestMs, isAppendTime, head: 'unread' }]
  const records = new VarintReader(unpacked)
  const heads: RecordHead[] = []
  for (let left = batch.readInt32BE(57); left > 0; left--) {
    const recordBytes = records.next()
    const end = records.at + recordBytes
    records.at += 1
    const sinceMs = records.next()
    const offset = baseOffset + records.next()
    const keyBytes = records.next()
    records.at += Math.max(0, keyBytes)
    const bytes = records.next()
    const head = bytes < 0 ? null : records.bytes.subarray(records.at, records.at + Math.min(bytes, HEAD_BYTES))
    heads.push({ offset, timestampMs: isAppendTime ? newestMs : firstMs + sinceMs, isAppendTime, head })
    records.at = end
  }
  return heads
}

/** Null: packed otherwise, or into more than is unpacked for a look. */
function unpack(records: Buffer, compression: number): Buffer | null {
  if (compression === NONE) return records
  if (compression !== GZIP) return null
  try {
    return gunzipSync(records, { maxOutputLength: MOST_UNPACKED_BYTES })
  } catch {
    return null
  }
}

/** Numbers of the record format: base 128, zigzag. */
class VarintReader {
  readonly bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  next(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes.readUInt8(this.at++)
      value += (byte & 0x7f) * scale
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
  }
}

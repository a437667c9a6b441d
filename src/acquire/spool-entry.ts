import { crc32 } from 'node:zlib'
import type { Outbound } from '../reading.ts'

/** An entry: length of its body (u32), CRC-32 of its body (u32), then topic, key and value, each with its length. */
export const ENTRY_HEADER_BYTES = 8
/** Length that stands for a value of null. */
const NULL_LENGTH = 0xffff_ffff

export function encodeEntry(record: Outbound): Buffer {
  const body = Buffer.concat([
    withLength(Buffer.from(record.topic)),
    withLength(Buffer.from(record.key)),
    record.value === null ? u32(NULL_LENGTH) : withLength(record.value),
  ])
  return Buffer.concat([u32(body.length), u32(crc32(body)), body])
}

/** The entry at the beginning of `bytes`; null when it is not complete or not what was written. */
export function decodeEntry(bytes: Buffer): { record: Outbound; bytes: number } | null {
  if (bytes.length < ENTRY_HEADER_BYTES) return null
  const end = ENTRY_HEADER_BYTES + bytes.readUInt32LE(0)
  const body = bytes.subarray(ENTRY_HEADER_BYTES, end)
  if (bytes.length < end || body.length === 0 || crc32(body) !== bytes.readUInt32LE(4)) return null
  const parts: (Buffer | null)[] = []
  for (let at = 0; at + 4 <= body.length;) {
    const length = body.readUInt32LE(at)
    const size = length === NULL_LENGTH ? 0 : length
    parts.push(length === NULL_LENGTH ? null : Buffer.from(body.subarray(at + 4, at + 4 + size)))
    at += 4 + size
  }
  const [topic, key, value] = parts
  if (!topic || !key || value === undefined) return null
  return { record: { topic: topic.toString(), key: key.toString(), value }, bytes: end }
}

function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([u32(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

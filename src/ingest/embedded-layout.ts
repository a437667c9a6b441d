import { createHash } from 'node:crypto'
import type { LogRecord } from './log.ts'
import type { TopicName } from './topics.ts'

/** How records lie in LMDB. Keys sort by topic, partition, offset; values are append time, key length, key, presence, bytes. */

const OFFSET_BYTES = 8
const HEAD_BYTES = 8 + 4 + 1

/** Where the records of a partition begin. */
export function partitionKey(topic: TopicName, partition: number): Buffer {
  const key = Buffer.alloc(Buffer.byteLength(topic) + 1 + 2)
  key.write(topic, 0)
  key.writeUInt16BE(partition, key.length - 2)
  return key
}

export function recordKey(topic: TopicName, partition: number, offset: number): Buffer {
  const head = partitionKey(topic, partition)
  const key = Buffer.concat([head], head.length + OFFSET_BYTES)
  key.writeBigUInt64BE(BigInt(offset), head.length)
  return key
}

export function offsetOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  return Number(view.getBigUint64(key.byteLength - OFFSET_BYTES))
}

export function packRecord(key: string, value: Uint8Array | null, appendTimeMs: number): Buffer {
  const keyBytes = Buffer.byteLength(key)
  const packed = Buffer.allocUnsafe(HEAD_BYTES + keyBytes + (value?.length ?? 0))
  packed.writeDoubleBE(appendTimeMs, 0)
  packed.writeUInt32BE(keyBytes, 8)
  packed.writeUInt8(value === null ? 0 : 1, 12)
  packed.write(key, HEAD_BYTES)
  if (value !== null) packed.set(value, HEAD_BYTES + keyBytes)
  return packed
}

export function unpackRecord(topic: TopicName, partition: number, offset: number, packed: Buffer): LogRecord {
  const keyEnd = HEAD_BYTES + packed.readUInt32BE(8)
  return {
    topic,
    partition,
    offset,
    key: packed.toString('utf8', HEAD_BYTES, keyEnd),
    value: packed.readUInt8(12) === 0 ? null : packed.subarray(keyEnd),
    appendTimeMs: appendTimeOf(packed),
  }
}

export function appendTimeOf(packed: Buffer): number {
  return packed.readDoubleBE(0)
}

/** Names a key of a compacted topic in a fixed size: LMDB's keys are short, ours may not be. */
export function newestKey(topic: TopicName, key: string): Buffer {
  return createHash('sha256').update(`${topic}\0${key}`).digest()
}

/** An entry of the compaction queue: what falls due first sorts first. */
export function dueKey(dueMs: number, record: Buffer): Buffer {
  const due = Buffer.alloc(8)
  due.writeBigUInt64BE(BigInt(Math.max(0, Math.trunc(dueMs))))
  return Buffer.concat([due, record])
}

/** A record as a test wants it in a batch. */
export interface BatchRecord {
  offset: number
  key?: string | null
  value: Buffer | null
  /** append time, or the sender's where the batch says so */
  timeMs?: number
  headers?: readonly (readonly [string, Buffer])[]
}

export interface BatchOptions {
  /** Log append time holds for the whole batch. */
  logAppendTimeMs?: number
  transactional?: boolean
  control?: 'abort' | 'commit'
  producerId?: number
}

/** A record batch as Kafka 0.11 and newer write it. */
export function batchBytes(records: readonly BatchRecord[], options: BatchOptions = {}): Buffer {
  const baseOffset = records[0]?.offset ?? 0
  const firstMs = options.logAppendTimeMs ?? records[0]?.timeMs ?? 0
  const times = records.map(({ timeMs }) => timeMs ?? firstMs)
  const body = Buffer.concat(records.map((record) => recordBytes(record, baseOffset, firstMs)))
  const head = Buffer.alloc(61)
  head.writeBigInt64BE(BigInt(baseOffset), 0)
  head.writeInt32BE(61 - 12 + body.length, 8)
  head.writeInt8(2, 16)
  const isLogTime = options.logAppendTimeMs !== undefined
  const attributes =
    (isLogTime ? 0x08 : 0) |
    (options.transactional === true || options.control !== undefined ? 0x10 : 0) |
    (options.control === undefined ? 0 : 0x20)
  head.writeInt16BE(attributes, 21)
  head.writeInt32BE((records.at(-1)?.offset ?? baseOffset) - baseOffset, 23)
  head.writeBigInt64BE(BigInt(firstMs), 27)
  head.writeBigInt64BE(BigInt(options.logAppendTimeMs ?? Math.max(0, ...times)), 35)
  head.writeBigInt64BE(BigInt(options.producerId ?? -1), 43)
  head.writeInt32BE(records.length, 57)
  return Buffer.concat([head, body])
}

/** The batch with which a transaction ends. */
export function controlBytes(offset: number, control: 'abort' | 'commit', producerId: number): Buffer {
  const key = Buffer.from([0, 0, 0, control === 'abort' ? 0 : 1])
  return batchBytes([{ offset, key: key.toString('latin1'), value: Buffer.alloc(6) }], { control, producerId })
}

function recordBytes({ offset, key, value, timeMs, headers = [] }: BatchRecord, baseOffset: number, firstMs: number) {
  const keyBytes = key === null || key === undefined ? null : Buffer.from(key)
  const body = Buffer.concat([
    Buffer.from([0]),
    varint((timeMs ?? firstMs) - firstMs),
    varint(offset - baseOffset),
    withLength(keyBytes),
    withLength(value),
    varint(headers.length),
    ...headers.flatMap(([name, bytes]) => [withLength(Buffer.from(name)), withLength(bytes)]),
  ])
  return Buffer.concat([varint(body.length), body])
}

function withLength(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = (BigInt(value) << 1n) ^ (BigInt(value) >> 63n); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)])
    bytes.push(Number(rest & 0x7fn) | 0x80)
  }
}

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { decompress, visibleBatches } from '../../src/ingest/fetched-batches.ts'
import type { AbortedTransaction } from '../../src/ingest/fetch-response.ts'
import { KeyCache } from '../../src/ingest/key-cache.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { batchesIn, type RecordBatch, recordsOf } from '../../src/ingest/record-batch.ts'
import { type BatchRecord, batchBytes, controlBytes } from './record-batch-bytes.ts'

const PLACE = { topic: 'vitals', partition: 3 } as const

function open(batch: RecordBatch, from = 0): { records: LogRecord[]; unreadable: string[] } {
  const unreadable: string[] = []
  const records = recordsOf(batch, { of: PLACE, from, keys: new KeyCache(), bytes: 'kept' }, (why) =>
    unreadable.push(why),
  )
  const plainly = records.map(({ topic, partition, offset, key, value, appendTimeMs }) => {
    return { topic, partition, offset, key, value, appendTimeMs }
  })
  return { records: plainly, unreadable }
}

function only(bytes: Buffer): RecordBatch {
  const [batch, ...more] = batchesIn(bytes, 0, bytes.length)
  assert.equal(more.length, 0)
  return batch ?? assert.fail('no batch')
}

function seen(bytes: Buffer, aborted: AbortedTransaction[] = [], position = 0) {
  const fetched = { name: 'vitals', partition: 3, errorCode: 0, stableEnd: 0, aborted, start: 0, end: bytes.length }
  const { batches, next, first } = visibleBatches(bytes, fetched, position)
  return { offsets: batches.flatMap((batch) => open(batch).records.map(({ offset }) => offset)), next, first }
}

const plain = (offset: number, count: number, options = {}): Buffer =>
  batchBytes(
    Array.from({ length: count }, (_, index) => ({ offset: offset + index, key: 'a', value: Buffer.from('v') })),
    options,
  )

describe('record batches', () => {
  it('come out as they went in: keys, values, none of either, times and offsets, past headers', () => {
    const records: BatchRecord[] = [
      { offset: 5_000_000_000, key: 'bed-1', value: Buffer.from('one'), timeMs: 1_700_000_000_000 },
      { offset: 5_000_000_001, key: null, value: Buffer.alloc(70_000, 7), timeMs: 1_700_000_000_001 },
      { offset: 5_000_000_003, key: 'bëd', value: null, timeMs: 1_699_999_000_000 },
      {
        offset: 5_000_000_900,
        key: 'bed-1',
        value: Buffer.alloc(0),
        timeMs: 1_800_000_000_000,
        headers: [['h', Buffer.from('x')]],
      },
    ]
    const { records: read, unreadable } = open(only(batchBytes(records)))
    assert.deepEqual(unreadable, [])
    assert.deepEqual(
      read,
      records.map(({ offset, key, value, timeMs }) => ({
        ...PLACE,
        offset,
        key: key ?? '',
        value,
        appendTimeMs: timeMs,
      })),
    )
  })

  it('are views of the answer, and one key is one string', () => {
    const bytes = plain(0, 2)
    const { records } = open(only(bytes))
    assert.equal(records[0]?.value?.buffer, bytes.buffer)
    assert.equal(records[0]?.key, 'a')
  })

  it('give every record the append time where the broker stamped it', () => {
    const { records } = open(only(plain(0, 3, { logAppendTimeMs: 77 })))
    assert.deepEqual(
      records.map(({ appendTimeMs }) => appendTimeMs),
      [77, 77, 77],
    )
  })

  it('read what the Kafka client writes', async () => {
    const require = createRequire(import.meta.url)
    const encodeBatch = require('kafkajs/src/protocol/recordBatch/v0') as {
      RecordBatch(batch: object): Promise<{ buffer: Buffer }>
    }
    const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object
    const records = [0, 1].map((offsetDelta) => {
      return encodeRecord({
        offsetDelta,
        timestampDelta: offsetDelta,
        key: `k${offsetDelta}`,
        value: 'v',
        headers: { a: 'b' },
      })
    })
    for (const compression of [0, 1]) {
      const { buffer } = await encodeBatch.RecordBatch({
        compression,
        firstOffset: 0,
        firstTimestamp: 1_000,
        maxTimestamp: 1_001,
        lastOffsetDelta: 1,
        records,
      })
      const batch = only(buffer)
      if (compression === 1) await decompress(batch)
      assert.deepEqual(
        open(batch).records.map(({ offset, key, value, appendTimeMs }) => [offset, key, String(value), appendTimeMs]),
        [
          [0, 'k0', 'v', 1_000],
          [1, 'k1', 'v', 1_001],
        ],
      )
    }
  })

  it('wait for the next answer when they are cut short', () => {
    const bytes = Buffer.concat([plain(0, 2), plain(2, 2)])
    for (const cut of [1, 20, 60]) {
      assert.deepEqual(seen(bytes.subarray(0, bytes.length - cut)), { offsets: [0, 1], next: 2, first: 0 })
    }
    assert.deepEqual(seen(bytes.subarray(0, 30)), { offsets: [], next: 0, first: 0 })
  })

  it('are not seen from a transaction that was given up, nor what only controls transactions; reading passes them', () => {
    const bytes = Buffer.concat([
      plain(0, 1),
      plain(1, 2, { transactional: true, producerId: 8 }),
      plain(3, 1, { transactional: true, producerId: 9 }),
      controlBytes(4, 'abort', 8),
      plain(5, 1, { transactional: true, producerId: 8 }),
      controlBytes(6, 'commit', 9),
      controlBytes(7, 'commit', 8),
    ])
    const aborted = [{ producerId: 8, firstOffset: 1 }]
    assert.deepEqual(seen(bytes, aborted), { offsets: [0, 3, 5], next: 8, first: 0 })
  })

  it('that cannot be read are one record with all their bytes, at their last offset', async () => {
    const bytes = plain(10, 3, { logAppendTimeMs: 5 })
    const broken: Buffer[] = []
    for (let at = 61; at < bytes.length; at++) {
      for (const byte of [0xff, 0x7f]) {
        const copy = Buffer.from(bytes)
        copy[at] = byte
        broken.push(copy)
      }
    }
    let unreadableCount = 0
    for (const copy of broken) {
      const { records, unreadable } = open(only(copy))
      if (unreadable.length === 0) continue
      unreadableCount++
      assert.deepEqual(records, [{ ...PLACE, offset: 12, key: '', value: copy, appendTimeMs: 5 }])
    }
    assert.ok(unreadableCount > 10, `${unreadableCount} of ${broken.length}`)

    const unknown = Buffer.from(bytes)
    unknown.writeInt16BE(unknown.readInt16BE(21) | 3, 21)
    const batch = only(unknown)
    await decompress(batch)
    assert.deepEqual(
      open(batch).records.map(({ offset, value }) => [offset, value?.length]),
      [[12, unknown.length]],
    )

    const old = Buffer.from(bytes)
    old.writeInt8(1, 16)
    assert.equal(open(only(old)).unreadable.length, 1)
  })

  it('that unpack to more memory than any batch may take are not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(140_000_000))
    const head = Buffer.from(plain(0, 1).subarray(0, 61))
    head.writeInt16BE(1, 21)
    head.writeInt32BE(61 - 12 + bomb.length, 8)
    const batch = only(Buffer.concat([head, bomb]))
    await decompress(batch)
    assert.equal(batch.records, null)
    assert.equal(open(batch).unreadable.length, 1)
  })
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { type Entry, RecordBuffer } from '../../src/store/record-buffer.ts'

function entry(offset: number, { partition = 0, bytes = 10, appendTimeMs = offset } = {}): Entry {
  const record = { topic: 'alerts' as const, partition, offset, key: 'p', value: Buffer.alloc(bytes), appendTimeMs }
  return { record, result: { ok: true, rows: {} } }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What a promise came to after all that was due has run, or undefined. */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  await settle()
  return Promise.race([promise, settle().then(() => undefined)])
}

const offsets = (entries: readonly Entry[] | undefined): number[] | undefined =>
  entries?.map(({ record }) => record.offset)

const limits = { batchRows: 3, batchBytes: 100, intervalMs: 500 }

it('gives a batch when it is full, and else when its first record has waited', async () => {
  const clock = new ManualClock()
  const buffer = new RecordBuffer(limits, clock)
  const full = buffer.next()
  assert.equal(await soon(full), undefined)
  void buffer.add([entry(0), entry(1), entry(2), entry(3)])
  assert.deepEqual(offsets(await soon(full)), [0, 1, 2])
  buffer.remove(await full)
  const waited = buffer.next()
  assert.equal(await soon(waited), undefined)
  clock.advance(500)
  assert.deepEqual(offsets(await soon(waited)), [3])
})

it('bounds a batch by bytes too, but always gives a record', async () => {
  const buffer = new RecordBuffer(limits, new ManualClock())
  void buffer.add([entry(0, { bytes: 1_000 }), entry(1)])
  assert.deepEqual(offsets(await buffer.next()), [0])
})

it('lets nobody add more while it holds two batches', async () => {
  const buffer = new RecordBuffer(limits, new ManualClock())
  assert.equal(await soon(buffer.add([0, 1, 2, 3, 4].map((offset) => entry(offset))).then(() => 'room')), 'room')
  const held = buffer.add([entry(5)]).then(() => 'room')
  assert.equal(await soon(held), undefined)
  buffer.remove(await buffer.next())
  assert.equal(await soon(held), 'room')
})

it('gives the same records again until they are stored', async () => {
  const buffer = new RecordBuffer(limits, new ManualClock())
  void buffer.add([entry(0), entry(1), entry(2)])
  assert.deepEqual(offsets(await buffer.next()), [0, 1, 2])
  assert.deepEqual(offsets(await buffer.next()), [0, 1, 2])
})

it('lets go of the records of a partition that is no longer ours', async () => {
  const buffer = new RecordBuffer(limits, new ManualClock())
  void buffer.add([entry(0), entry(1, { partition: 1 }), entry(2), entry(3), entry(4)])
  buffer.drop([0])
  assert.equal(buffer.oldestAppendMs(), 1)
  void buffer.add([entry(5, { partition: 1 }), entry(6, { partition: 1 })])
  assert.deepEqual(offsets(await buffer.next()), [1, 5, 6])
})

it('gives nothing once it has ended, and keeps whoever adds until it is closed', async () => {
  const buffer = new RecordBuffer(limits, new ManualClock())
  const next = buffer.next()
  buffer.end()
  assert.deepEqual(await next, [])
  const held = buffer.add([entry(0)]).then(() => 'let go')
  assert.equal(await soon(held), undefined)
  buffer.close()
  assert.equal(await soon(held), 'let go')
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { BrokerClock } from '../../src/ingest/broker-clock.ts'
import { KafkaReader } from '../../src/ingest/kafka-reader.ts'
import { KeyCache } from '../../src/ingest/key-cache.ts'
import { batchesIn } from '../../src/ingest/record-batch.ts'
import { TopicRun } from '../../src/ingest/topic-run.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { batchBytes } from './record-batch-bytes.ts'

const START_MS = 1_000_000
const MERGE_WAIT_MS = 250
const SETTLED_MS = 51

/** A reader of `vitals` and `heart-audio`, fed by hand. */
function readerOf(
  starts: Partial<Record<TopicName, { position: number; end: number }>> = {},
  delivery: 'merged' | 'arrival' = 'merged',
) {
  const clock = new ManualClock(START_MS)
  const brokerClock = new BrokerClock(clock, MERGE_WAIT_MS)
  const keys = new KeyCache()
  const heard = { rooms: 0, released: 0 }
  const topics: TopicName[] = ['vitals', 'heart-audio']
  const runs = topics.map((topic) => {
    const start = starts[topic] ?? { position: 0, end: 0 }
    const logger = pino({ level: 'silent' })
    const onRoom = (): void => void heard.rooms++
    return new TopicRun({ topic, name: topic, partition: 0, start, keys, bytes: 'kept', brokerClock, logger, onRoom })
  })
  const runOf = (topic: TopicName): TopicRun => runs.find((run) => run.topic === topic) ?? assert.fail(topic)
  const reader = new KafkaReader({
    partition: 0,
    runs,
    delivery,
    mergeWaitMs: MERGE_WAIT_MS,
    bytes: 'kept',
    brokerClock,
    clock,
  })
  const times = () => ({ sentAtMs: clock.nowMs(), cameAtMs: clock.nowMs(), cameAtMonotonicMs: clock.monotonicMs() })
  return {
    reader,
    clock,
    heard,
    runOf,
    /** A fetch that was sent now is answered: there is nothing new. */
    fetch: () => {
      for (const run of runs) {
        const { position } = run
        run.take({ ...times(), batches: [], first: position, next: position, atEnd: true, release: () => undefined })
      }
    },
    push: (topic: TopicName, offset: number, appendTimeMs: number, end = offset + 1, bytes = 1) => {
      const batch = batchBytes([{ offset, key: 'a', value: Buffer.alloc(bytes) }], { logAppendTimeMs: appendTimeMs })
      const batches = batchesIn(batch, 0, batch.length)
      const release = (): void => void heard.released++
      runOf(topic).take({ ...times(), batches, first: offset, next: offset + 1, atEnd: offset + 1 >= end, release })
    },
    read: (): string[] => reader.next().batch.records.map(({ topic, offset }) => `${topic} ${offset}`),
  }
}

describe('merging the topics of a Kafka partition', () => {
  it('lets the oldest go first when every topic has a record waiting', () => {
    const { push, read } = readerOf()
    push('vitals', 0, 20)
    push('heart-audio', 0, 10)
    push('heart-audio', 1, 20)
    assert.deepEqual(read(), ['heart-audio 0', 'vitals 0'])
  })

  it('lets ties go in the order of the topics', () => {
    const { push, read } = readerOf()
    push('heart-audio', 0, 10)
    push('heart-audio', 1, 11)
    push('vitals', 0, 10)
    push('vitals', 1, 12)
    assert.deepEqual(read(), ['vitals 0', 'heart-audio 0', 'heart-audio 1'])
  })

  it('waits for a topic that has not been read to its end, however long that takes', () => {
    const { push, read, clock } = readerOf({ 'heart-audio': { position: 5, end: 6 } })
    push('vitals', 0, 20)
    clock.advance(4_000)
    assert.deepEqual(read(), [])
    push('heart-audio', 5, 10, 6)
    clock.advance(MERGE_WAIT_MS)
    assert.deepEqual(read(), ['heart-audio 5', 'vitals 0'])
  })

  it('does not wait for ever for offsets that compaction has emptied', () => {
    const { push, read, clock, fetch } = readerOf({ 'heart-audio': { position: 5, end: 6 } })
    push('vitals', 0, 20)
    clock.advance(6_000)
    fetch()
    assert.deepEqual(read(), ['vitals 0'])
  })

  it('holds a record until a fetch sent well after it shows that a quiet topic has nothing older', () => {
    const { push, read, clock, fetch } = readerOf()
    fetch()
    clock.advance(10)
    push('vitals', 0, 20)
    assert.deepEqual(read(), [])
    clock.advance(10)
    fetch()
    assert.deepEqual(read(), [], 'what the broker was about to show may be older')
    clock.advance(SETTLED_MS)
    fetch()
    assert.deepEqual(read(), ['vitals 0'])
  })

  it('does not hold what is older than any clock can be off, once the quiet topic has been seen', () => {
    const { push, read, fetch } = readerOf()
    fetch()
    push('vitals', 0, START_MS - 60_000, 5)
    push('vitals', 1, START_MS - 59_999, 5)
    assert.deepEqual(read(), ['vitals 0'])
  })

  it('looks once more before it gives up a wait in which it was kept from looking', () => {
    const { push, read, clock } = readerOf()
    push('vitals', 0, 20)
    assert.deepEqual(read(), [])
    clock.advance(10 * MERGE_WAIT_MS)
    assert.deepEqual(read(), [])
    push('heart-audio', 0, 19)
    clock.advance(1)
    assert.deepEqual(read(), ['heart-audio 0', 'vitals 0'])
  })

  it('holds a record no longer than the merge wait when no fetch is answered', () => {
    const { push, read, clock } = readerOf()
    push('vitals', 0, 20)
    for (let waitedMs = 0; waitedMs < MERGE_WAIT_MS; waitedMs++) {
      assert.deepEqual(read(), [])
      clock.advance(1)
    }
    assert.deepEqual(read(), ['vitals 0'])
  })

  it('lets everything go at once with arrival delivery', () => {
    const { push, read } = readerOf({}, 'arrival')
    push('vitals', 0, 20)
    assert.deepEqual(read(), ['vitals 0'])
  })

  it('says how far it has read only by what fetches have shown, and never past a record that waits', () => {
    const { reader, push, clock, fetch } = readerOf()
    assert.equal(reader.next().batch.readThroughMs, 0)
    clock.advance(1_000)
    fetch()
    assert.equal(reader.next().batch.readThroughMs, START_MS + 1_000 - MERGE_WAIT_MS)
    clock.advance(10_000)
    assert.equal(reader.next().batch.readThroughMs, START_MS + 1_000 - MERGE_WAIT_MS, 'no fetch, no progress')
    push('vitals', 0, START_MS + 5_000)
    fetch()
    const { batch } = reader.next()
    assert.ok(batch.records.length === 1 || batch.readThroughMs < START_MS + 5_000)
  })

  it('has read through the moment of a record with the fetch that lets it go, whatever the brokers say of the time', () => {
    for (const skewMs of [0, -30_000, 5_000]) {
      const { reader, push, clock, fetch, read } = readerOf()
      fetch()
      const appendMs = START_MS + skewMs
      push('vitals', 0, appendMs)
      assert.deepEqual(read(), [])
      clock.advance(SETTLED_MS)
      fetch()
      const { records, readThroughMs } = reader.next().batch
      assert.equal(records.length, 1)
      assert.equal(readThroughMs, appendMs)
    }
  })

  it('has not read through the moment of a record that went out because its wait was over', () => {
    const { reader, push, clock, fetch } = readerOf()
    fetch()
    push('vitals', 0, START_MS)
    reader.next()
    for (let waitedMs = 0; waitedMs <= MERGE_WAIT_MS; waitedMs += 50) {
      clock.advance(50)
      const { records, readThroughMs } = reader.next().batch
      if (records.length > 0) assert.equal(readThroughMs, START_MS - 1)
    }
    push('heart-audio', 0, START_MS)
    clock.advance(SETTLED_MS)
    fetch()
    assert.equal(reader.next().batch.records.length, 1, 'another one had its append time')
  })

  it('follows brokers whose clock is behind ours', () => {
    const { reader, push, clock, fetch } = readerOf()
    clock.advance(60_000)
    push('vitals', 0, clock.nowMs() - 30_000)
    clock.advance(1_000)
    fetch()
    assert.equal(reader.next().batch.readThroughMs, clock.nowMs() - 30_000 - MERGE_WAIT_MS)
  })

  it('wants no more of a topic that has much waiting until it has gone out', () => {
    const { push, read, runOf, heard, clock } = readerOf({ 'heart-audio': { position: 0, end: 1 } })
    push('vitals', 0, 20, 10, 100_000)
    assert.equal(runOf('vitals').wantsMore, true)
    push('vitals', 1, 21, 10, 900_000)
    assert.equal(runOf('vitals').wantsMore, false)
    push('heart-audio', 0, 100)
    clock.advance(MERGE_WAIT_MS)
    assert.deepEqual(read(), ['vitals 0', 'vitals 1'])
    assert.equal(runOf('vitals').wantsMore, true)
    assert.deepEqual(heard, { rooms: 2, released: 0 }, 'whoever has the records may look at their bytes')
    assert.deepEqual(read(), [])
    assert.deepEqual(heard, { rooms: 2, released: 2 }, 'until the next are asked for')
  })

  it('drops what it has had already', () => {
    const { read, clock, runOf } = readerOf({ vitals: { position: 3, end: 4 } })
    const records = [1, 2, 3].map((offset) => ({ offset, key: 'a', value: Buffer.from('v') }))
    const bytes = batchBytes(records, { logAppendTimeMs: 10 })
    const times = { sentAtMs: START_MS, cameAtMs: START_MS, cameAtMonotonicMs: START_MS }
    const release = (): void => undefined
    const batches = batchesIn(bytes, 0, bytes.length)
    runOf('vitals').take({ ...times, batches, first: 1, next: 4, atEnd: true, release })
    clock.advance(MERGE_WAIT_MS)
    assert.deepEqual(read(), ['vitals 3'])
  })

  it('reads on elsewhere when its offset is not there, and lets go of what waited', () => {
    const { push, read, clock, runOf, heard } = readerOf()
    push('vitals', 0, 10)
    push('vitals', 1, 11)
    runOf('vitals').restart(40)
    assert.equal(heard.released, 2)
    clock.advance(MERGE_WAIT_MS)
    assert.deepEqual(read(), [])
    push('vitals', 40, 12)
    clock.advance(MERGE_WAIT_MS)
    assert.deepEqual([...read(), ...read()], ['vitals 40'])
  })
})

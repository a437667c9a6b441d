import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { FetchProgress } from '../../src/ingest/fetch-progress.ts'
import { KafkaReader, type Start } from '../../src/ingest/kafka-reader.ts'
import { type LogRecord } from '../../src/ingest/log.ts'
import { type TopicName } from '../../src/ingest/topics.ts'

const START_MS = 1_000_000
const MERGE_WAIT_MS = 250

/** A reader of `vitals` and `heart-audio`, fed by hand. */
function readerOf(starts: Partial<Record<TopicName, Start>> = {}, delivery: 'merged' | 'arrival' = 'merged') {
  const clock = new ManualClock(START_MS)
  const progress = new FetchProgress(clock, MERGE_WAIT_MS)
  const fetching: string[] = []
  const reader = new KafkaReader({
    partition: 0,
    topics: ['vitals', 'heart-audio'],
    delivery,
    starts: new Map(Object.entries(starts) as [TopicName, Start][]),
    mergeWaitMs: MERGE_WAIT_MS,
    progress,
    clock,
    logger: pino({ level: 'silent' }),
    pause: (topic) => fetching.push(`pause ${topic}`),
    resume: (topic) => fetching.push(`resume ${topic}`),
  })
  return {
    reader,
    clock,
    fetching,
    /** Two fetches that were sent now are answered, so that the first is known to be handled. */
    fetch: () => {
      progress.answered('broker', clock.nowMs())
      progress.answered('broker', clock.nowMs())
    },
    push: (topic: TopicName, offset: number, appendTimeMs: number, end = offset + 1, bytes = 1) => {
      const record: LogRecord = { topic, partition: 0, offset, key: 'a', value: Buffer.alloc(bytes), appendTimeMs }
      reader.push([record], end)
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

  it('holds a record until a fetch sent after it shows that a quiet topic has nothing older', () => {
    const { push, read, clock, fetch } = readerOf()
    fetch()
    clock.advance(10)
    push('vitals', 0, 20)
    assert.deepEqual(read(), [])
    clock.advance(10)
    fetch()
    assert.deepEqual(read(), ['vitals 0'])
  })

  it('holds a record no longer than the merge wait when no fetch is answered', () => {
    const { push, read, clock } = readerOf()
    push('vitals', 0, 20)
    clock.advance(MERGE_WAIT_MS - 1)
    assert.deepEqual(read(), [])
    clock.advance(1)
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

  it('follows brokers whose clock is behind ours', () => {
    const { reader, push, clock, fetch } = readerOf()
    clock.advance(60_000)
    push('vitals', 0, clock.nowMs() - 30_000)
    clock.advance(1_000)
    fetch()
    assert.equal(reader.next().batch.readThroughMs, clock.nowMs() - 30_000 - MERGE_WAIT_MS)
  })

  it('stops fetching a topic that has much waiting, and goes on when it has gone out', () => {
    const { push, read, fetching, clock } = readerOf({ 'heart-audio': { position: 0, end: 1 } })
    for (let offset = 0; offset < 3; offset++) push('vitals', offset, 20 + offset, 10, 900_000)
    assert.deepEqual(fetching, ['pause vitals'])
    push('heart-audio', 0, 100)
    clock.advance(MERGE_WAIT_MS)
    read()
    read()
    assert.deepEqual(fetching, ['pause vitals', 'resume vitals'])
  })

  it('drops what it has had already', () => {
    const { push, read, clock } = readerOf({ vitals: { position: 3, end: 4 } })
    push('vitals', 2, 10, 4)
    push('vitals', 3, 11, 4)
    clock.advance(MERGE_WAIT_MS)
    assert.deepEqual(read(), ['vitals 3'])
  })
})

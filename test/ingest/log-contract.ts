import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { FollowOptions, Log, LogRecord, SubscribeOptions } from '../../src/ingest/log.ts'
import { partitionOf } from '../../src/ingest/partition-of.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import type { Outbound } from '../../src/reading.ts'
import { Collector } from './collector.ts'

export interface LogHarness {
  partitions: number
  /** Opens the log of that name; a name that was used before opens the same one again. */
  open(name: string): Promise<Log>
}

/** Two keys that fall into different partitions, and two that share one. */
function keysOf(partitions: number): { here: string; alsoHere: string; elsewhere: string } {
  const keys = Array.from({ length: 1_000 }, (_, index) => `bed-${index}`)
  const here = 'bed-0'
  const shares = (key: string): boolean => partitionOf(key, partitions) === partitionOf(here, partitions)
  const alsoHere = keys.find((key) => key !== here && shares(key)) ?? ''
  const elsewhere = keys.find((key) => !shares(key)) ?? ''
  return { here, alsoHere, elsewhere }
}

const to = (topic: TopicName, key: string, value: string | null): Outbound => ({
  topic,
  key,
  value: value === null ? null : Buffer.from(value),
})

async function readAll(log: Log, topic: TopicName): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const record of log.readAll(topic)) records.push(record)
  return records
}

/** What both logs must do, word by word of log.ts. */
export function logContract(describeLog: string, harness: LogHarness): void {
  const { partitions } = harness
  const { here, alsoHere, elsewhere } = keysOf(partitions)
  const open = new Set<Log>()
  let count = 0

  async function fresh(): Promise<{ log: Log; reopen(): Promise<Log> }> {
    const name = `log-${count++}`
    let log = await harness.open(name)
    open.add(log)
    return {
      log,
      reopen: async () => {
        open.delete(log)
        await log.close()
        log = await harness.open(name)
        open.add(log)
        return log
      },
    }
  }

  const subscribeTo = (collector: Collector, changes: Partial<SubscribeOptions> = {}): SubscribeOptions => ({
    group: 'vigil-test',
    topics: ['vitals'],
    delivery: 'arrival',
    from: 'beginning',
    receiver: collector,
    onFailed: collector.onFailed,
    ...changes,
  })
  const followWith = (collector: Collector, from: FollowOptions['from'], topics: TopicName[]): FollowOptions => ({
    topics,
    from,
    receive: collector.receive,
    onFailed: collector.onFailed,
  })

  describe(describeLog, () => {
    after(async () => {
      await Promise.all([...open].map((log) => log.close()))
    })

    it('keeps the order within a key, numbers records from 0 and puts a key where Kafka would', async () => {
      const { log } = await fresh()
      await log.append([to('vitals', here, 'a'), to('vitals', elsewhere, 'x'), to('vitals', here, 'b')])
      await log.append([to('vitals', here, 'c')])
      const records = await readAll(log, 'vitals')
      const ofHere = records.filter(({ key }) => key === here)
      assert.deepEqual(
        ofHere.map(({ offset, value, partition }) => [offset, value?.toString(), partition]),
        [0, 1, 2].map((offset) => [offset, 'abc'[offset], partitionOf(here, partitions)]),
      )
      const times = ofHere.map(({ appendTimeMs }) => appendTimeMs)
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      )
      const ends = await log.endOffsets('vitals')
      assert.equal(ends.length, partitions)
      assert.equal(ends[partitionOf(here, partitions)], 3)
      assert.equal(ends[partitionOf(elsewhere, partitions)], 1)
    })

    it('keeps the order of appends that were not waited for', async () => {
      const { log } = await fresh()
      await Promise.all(Array.from({ length: 200 }, (_, index) => log.append([to('vitals', here, String(index))])))
      const records = await readAll(log, 'vitals')
      assert.deepEqual(
        records.map(({ value }) => Number(value?.toString())),
        Array.from({ length: 200 }, (_, index) => index),
      )
    })

    it('gives back exactly the bytes, of a megabyte and a half as of none', async () => {
      const { log } = await fresh()
      const big = Buffer.alloc(1_500_000, 'frame')
      const collector = new Collector()
      await log.follow(followWith(collector, 'beginning', ['procedure-video']))
      await log.append([
        { topic: 'procedure-video', key: here, value: big },
        { topic: 'procedure-video', key: here, value: new Uint8Array(0) },
      ])
      await collector.untilCount(2)
      assert.ok(collector.records[0]?.value?.equals(big))
      assert.equal(collector.records[1]?.value?.length, 0)
    })

    it('goes on from what was committed, after the log was closed and opened', async () => {
      const { log, reopen } = await fresh()
      await log.append([to('vitals', here, 'a'), to('vitals', here, 'b'), to('vitals', here, 'c')])
      const first = new Collector()
      const subscription = await log.subscribe(subscribeTo(first))
      await first.untilCount(3)
      assert.equal(await subscription.commit(partitionOf(here, partitions), { vitals: 2 }), 'committed')
      await subscription.stop()
      const again = await reopen()
      assert.deepEqual((await again.committed('vigil-test', ['vitals'])).get(partitionOf(here, partitions)), {
        vitals: 2,
      })
      const second = new Collector()
      await again.subscribe(subscribeTo(second))
      await again.append([to('vitals', here, 'd')])
      await second.untilCount(2)
      assert.deepEqual(second.seen, [`${here}=c`, `${here}=d`])
    })

    it('starts a group at the end when told to, and another group of its own accord', async () => {
      const { log } = await fresh()
      await log.append([to('vitals', here, 'old')])
      const atEnd = new Collector()
      await log.subscribe(subscribeTo(atEnd, { group: 'vigil-end', from: 'end' }))
      const atBeginning = new Collector()
      await log.subscribe(subscribeTo(atBeginning, { group: 'vigil-beginning' }))
      await log.append([to('vitals', here, 'new')])
      await atEnd.untilCount(1)
      await atBeginning.untilCount(2)
      assert.deepEqual(atEnd.seen, [`${here}=new`])
      assert.deepEqual(atBeginning.seen, [`${here}=old`, `${here}=new`])
    })

    it('says which partitions are ours before any batch of them, and gives a number to one member only', async () => {
      const { log } = await fresh()
      const collector = new Collector()
      let receivedBeforeAssigned = false
      collector.during = async () => {
        if (collector.assignedPartitions.length === 0) receivedBeforeAssigned = true
      }
      await log.subscribe(subscribeTo(collector, { topics: ['vitals', 'heart-audio'] }))
      await log.append([to('vitals', here, 'a'), to('heart-audio', here, 'b'), to('vitals', elsewhere, 'c')])
      await collector.untilCount(3)
      assert.equal(receivedBeforeAssigned, false)
      assert.deepEqual(
        collector.assignedPartitions[0],
        Array.from({ length: partitions }, (_, index) => index),
      )
    })

    it('refuses a commit for a partition that went to another member', async () => {
      const { log } = await fresh()
      const first = new Collector()
      const subscription = await log.subscribe(subscribeTo(first))
      await log.append(Array.from({ length: 50 }, (_, index) => to('vitals', `bed-${index}`, 'a')))
      await first.untilCount(50)
      const second = new Collector()
      const other = await log.subscribe(subscribeTo(second))
      await second.until(() => second.assignedPartitions.length > 0, 'the second member has partitions')
      const its = second.assignedPartitions.at(-1) ?? []
      assert.ok(its.length > 0 && its.length < partitions)
      await first.until(() => first.revokedPartitions.length > 0, 'the first member has lost partitions')
      const moved = its[0] ?? -1
      assert.equal(await subscription.commit(moved, { vitals: 1 }), 'fenced')
      assert.equal(await other.commit(moved, { vitals: 1 }), 'committed')
      assert.deepEqual((await log.committed('vigil-test', ['vitals'])).get(moved), { vitals: 1 })
    })

    it('hands the partitions of a member that stopped to the others', async () => {
      const { log } = await fresh()
      const first = new Collector()
      const leaver = await log.subscribe(subscribeTo(first))
      const second = new Collector()
      await log.subscribe(subscribeTo(second))
      await second.until(() => second.assignedPartitions.length > 0, 'the second member has partitions')
      await leaver.stop()
      const owned = (): number => {
        const gone = second.revokedPartitions.flat().length
        return second.assignedPartitions.flat().length - gone
      }
      await second.until(() => owned() === partitions, 'the second member has all partitions')
      await log.append([to('vitals', here, 'a'), to('vitals', elsewhere, 'b')])
      await second.until(() => new Set(second.seen).size === 2, 'both records came')
    })

    it('reads a table from its beginning at every assignment, whatever was committed', async () => {
      const { log } = await fresh()
      const table = subscribeTo(new Collector(), {
        topics: ['vitals', 'patient-context'],
        tables: ['patient-context'],
        delivery: 'merged',
      })
      await log.append([to('patient-context', here, 'who'), to('vitals', here, 'a')])
      const first = new Collector()
      const subscription = await log.subscribe({ ...table, receiver: first, onFailed: first.onFailed })
      await first.untilCount(2)
      await subscription.commit(partitionOf(here, partitions), { vitals: 1, 'patient-context': 1 })
      await subscription.stop()
      const second = new Collector()
      await log.subscribe({ ...table, receiver: second, onFailed: second.onFailed })
      await log.append([to('vitals', here, 'b')])
      await second.untilCount(2)
      assert.deepEqual(second.seen, [`${here}=who`, `${here}=b`])
    })

    it('merges topics by append time, and a second reading sees the same order', async () => {
      const { log } = await fresh()
      const topics: TopicName[] = ['procedure-video', 'vitals', 'heart-audio']
      const live = new Collector()
      const options = { topics, delivery: 'merged' as const }
      await log.subscribe(subscribeTo(live, { ...options, group: 'vigil-live' }))
      for (let round = 0; round < 30; round++) {
        const key = round % 2 === 0 ? here : alsoHere
        await log.append([to(topics[round % 3] ?? 'vitals', key, `${round}`), to('vitals', key, `${round}+`)])
      }
      await live.untilCount(60)
      const later = new Collector()
      await log.subscribe(subscribeTo(later, { ...options, group: 'vigil-later' }))
      await later.untilCount(60)
      const order = ({ records }: Collector): string[] => records.map(({ topic, offset }) => `${topic} ${offset}`)
      assert.deepEqual(order(later), order(live))
      const times = live.records.map(({ appendTimeMs }) => appendTimeMs)
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      )
      for (const [index, record] of live.records.entries()) {
        const next = live.records[index + 1]
        if (next === undefined || next.appendTimeMs !== record.appendTimeMs) continue
        assert.ok(topics.indexOf(next.topic) >= topics.indexOf(record.topic), 'ties go by the order of topics')
      }
    })

    it('merges the same way twice while many senders append at once', async () => {
      const { log } = await fresh()
      const topics: TopicName[] = ['vitals', 'heart-audio', 'procedure-video']
      const live = new Collector()
      const options = { topics, delivery: 'merged' as const }
      await log.subscribe(subscribeTo(live, { ...options, group: 'vigil-live' }))
      const sender = async (topic: TopicName, key: string): Promise<void> => {
        for (let round = 0; round < 100; round++) {
          await log.append([{ topic, key, value: Buffer.alloc(topic === 'vitals' ? 1_000 : 20_000, round) }])
        }
      }
      await Promise.all(topics.flatMap((topic) => [here, alsoHere, elsewhere].map((key) => sender(topic, key))))
      await live.untilCount(900)
      const later = new Collector()
      await log.subscribe(subscribeTo(later, { ...options, group: 'vigil-later' }))
      await later.untilCount(900)
      for (let partition = 0; partition < partitions; partition++) {
        const order = ({ records }: Collector): string[] =>
          records.filter((record) => record.partition === partition).map(({ topic, offset }) => `${topic} ${offset}`)
        assert.deepEqual(order(later), order(live))
      }
      for (const { batches } of [live, later]) {
        const throughMs = new Map<number, number>()
        for (const { partition, records, readThroughMs } of batches) {
          const oldestMs = Math.min(...records.map(({ appendTimeMs }) => appendTimeMs))
          assert.ok(oldestMs > (throughMs.get(partition) ?? 0), 'nothing older than what was read through comes later')
          throughMs.set(partition, readThroughMs)
        }
      }
    })

    it('says how far it has read, never going back, and delivers nothing older afterwards', async () => {
      const { log } = await fresh()
      const collector = new Collector()
      await log.subscribe(subscribeTo(collector, { topics: ['vitals', 'heart-audio'], delivery: 'merged' }))
      for (let round = 0; round < 10; round++) {
        await log.append([to(round % 2 === 0 ? 'vitals' : 'heart-audio', here, String(round))])
        await collector.untilCount(round + 1)
      }
      const last = collector.records.at(-1)
      const partition = partitionOf(here, partitions)
      const throughOf = (): number =>
        collector.batches.filter((batch) => batch.partition === partition).at(-1)?.readThroughMs ?? 0
      await collector.until(
        () => throughOf() >= (last?.appendTimeMs ?? Infinity),
        'it has read through the last record',
      )
      let throughMs = 0
      for (const batch of collector.batches.filter((each) => each.partition === partition)) {
        assert.ok(batch.readThroughMs >= throughMs, 'read-through never goes back')
        for (const { appendTimeMs } of batch.records) assert.ok(appendTimeMs > throughMs, 'nothing older comes later')
        throughMs = batch.readThroughMs
      }
    })

    it('ticks in every partition while nothing is appended', async () => {
      const { log } = await fresh()
      const collector = new Collector()
      await log.subscribe(subscribeTo(collector, { delivery: 'merged' }))
      const ticksOf = (partition: number): number[] =>
        collector.batches.filter((batch) => batch.partition === partition).map(({ readThroughMs }) => readThroughMs)
      const moved = (partition: number): boolean => new Set(ticksOf(partition)).size >= 3
      await collector.until(
        () => Array.from({ length: partitions }, (_, partition) => partition).every(moved),
        'read-through has moved twice in every partition',
      )
      assert.equal(collector.records.length, 0)
    })

    it('shows a tombstone to those who read along, and the newest of every key to those who come later', async () => {
      const { log } = await fresh()
      const along = new Collector()
      await log.follow(followWith(along, 'end', ['alert-state']))
      await log.append([to('alert-state', here, '1'), to('alert-state', alsoHere, '1')])
      await log.append([to('alert-state', here, '2')])
      await log.append([to('alert-state', alsoHere, null)])
      await along.untilCount(4)
      assert.deepEqual(along.seen, [`${here}=1`, `${alsoHere}=1`, `${here}=2`, `${alsoHere}=null`])
      const newest = new Map((await readAll(log, 'alert-state')).map(({ key, value }) => [key, value?.toString()]))
      assert.equal(newest.get(here), '2')
      assert.equal(newest.get(alsoHere), undefined)
    })

    it('lets a follower begin at the beginning, at the end, or at an append time', async () => {
      const { log } = await fresh()
      await log.append([to('alerts', here, 'a')])
      await new Promise((resolve) => setTimeout(resolve, 5))
      await log.append([to('alerts', here, 'b')])
      const b = (await readAll(log, 'alerts')).find(({ value }) => value?.toString() === 'b')
      const all = new Collector()
      const some = new Collector()
      const none = new Collector()
      await log.follow(followWith(all, 'beginning', ['alerts']))
      await log.follow(followWith(some, { sinceMs: b?.appendTimeMs ?? 0 }, ['alerts']))
      const follower = await log.follow(followWith(none, 'end', ['alerts']))
      await log.append([to('alerts', here, 'c')])
      await Promise.all([all.untilCount(3), some.untilCount(2), none.untilCount(1)])
      assert.deepEqual(all.seen, [`${here}=a`, `${here}=b`, `${here}=c`])
      assert.deepEqual(some.seen, [`${here}=b`, `${here}=c`])
      assert.deepEqual(none.seen, [`${here}=c`])
      assert.equal(await follower.commit(0, { alerts: 1 }), 'fenced')
    })

    it('reads all of a topic as of the call, of the partitions asked for', async () => {
      const { log } = await fresh()
      await log.append([to('predictions', here, 'a'), to('predictions', elsewhere, 'b')])
      const only: LogRecord[] = []
      for await (const record of log.readAll('predictions', [partitionOf(here, partitions)])) only.push(record)
      assert.deepEqual(
        only.map(({ key }) => key),
        [here],
      )
      assert.deepEqual(await readAll(log, 'late-readings'), [])
    })

    it('gives a partition its next batch only when the receiver has come back', async () => {
      const { log } = await fresh()
      const collector = new Collector()
      const inside = new Map<number, number>()
      let most = 0
      collector.during = async ({ partition }) => {
        inside.set(partition, (inside.get(partition) ?? 0) + 1)
        most = Math.max(most, inside.get(partition) ?? 0)
        await new Promise((resolve) => setImmediate(resolve))
        inside.set(partition, (inside.get(partition) ?? 0) - 1)
      }
      await log.subscribe(subscribeTo(collector))
      for (let round = 0; round < 20; round++) await log.append([to('vitals', here, String(round))])
      await collector.untilCount(20)
      assert.equal(most, 1)
    })

    it('stops when the receiver that runs has come back, and calls none afterwards', async () => {
      const { log } = await fresh()
      const collector = new Collector()
      let release = (): void => undefined
      const gate = new Promise<void>((resolve) => (release = resolve))
      collector.during = ({ records }) => (records.length > 0 ? gate : Promise.resolve())
      const subscription = await log.subscribe(subscribeTo(collector))
      await log.append([to('vitals', here, 'a')])
      await collector.untilCount(1)
      let stopped = false
      const stopping = subscription.stop().then(() => (stopped = true))
      await new Promise((resolve) => setImmediate(resolve))
      assert.equal(stopped, false)
      release()
      await stopping
      assert.equal(collector.running, 0)
      const calls = collector.batches.length
      await log.append([to('vitals', here, 'b')])
      await new Promise((resolve) => setTimeout(resolve, 400))
      assert.equal(collector.batches.length, calls)
      assert.equal(await subscription.commit(partitionOf(here, partitions), { vitals: 1 }), 'fenced')
    })

    it('reports a receiver that rejects, once, and does not call it again', async () => {
      const { log } = await fresh()
      const collector = new Collector()
      collector.during = async ({ records }) => {
        if (records.length > 0) throw new Error('the window is broken')
      }
      await log.subscribe(subscribeTo(collector))
      await log.append([to('vitals', here, 'a')])
      await collector.until(() => collector.errors.length > 0, 'the failure is reported')
      const calls = collector.batches.length
      await log.append([to('vitals', here, 'b')])
      await new Promise((resolve) => setTimeout(resolve, 400))
      assert.equal(collector.batches.length, calls)
      assert.deepEqual(
        collector.errors.map(({ message }) => message),
        ['the window is broken'],
      )
    })

    it('reads a backlog of many megabytes without holding it all at once', async () => {
      const { log } = await fresh()
      const frame = Buffer.alloc(200_000, 1)
      for (let round = 0; round < 10; round++) {
        await log.append(Array.from({ length: 5 }, () => ({ topic: 'procedure-video', key: here, value: frame })))
      }
      const collector = new Collector()
      await log.subscribe(subscribeTo(collector, { topics: ['procedure-video'], delivery: 'merged' }))
      await collector.untilCount(50)
      assert.deepEqual(
        collector.records.map(({ offset }) => offset),
        Array.from({ length: 50 }, (_, index) => index),
      )
      const largest = Math.max(...collector.batches.map(({ records }) => records.length))
      assert.ok(largest <= 6, `a batch held ${largest} frames of 200 kB`)
    })

    it('refuses to append once it is closed', async () => {
      const { log } = await fresh()
      open.delete(log)
      await log.close()
      await assert.rejects(log.append([to('vitals', here, 'a')]), { code: 'LOG_UNAVAILABLE' })
    })
  })
}

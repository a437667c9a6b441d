import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { BUDGET_BYTES } from '../../src/ingest/fetch-budget.ts'
import { kafkaClient } from '../../src/ingest/kafka-client.ts'
import { openKafkaLog } from '../../src/ingest/kafka-log.ts'
import { KafkaPartitions } from '../../src/ingest/kafka-partitions.ts'
import type { Log, Receiver, SubscribeOptions, Subscription } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { Collector } from '../ingest/collector.ts'
import { leftOut } from '../support/prerequisites.ts'
import { startKafkaBroker } from './kafka-broker.ts'

const PARTITIONS = 4
const BUSY_MS = 60_000
const ROUNDS = 10
const started = await startKafkaBroker()
const clock = new SystemClock()
const logger = pino({ level: process.env['LOG'] ?? 'silent' })

/** These take a minute each and little of the processor, so they run beside one another. */
describe(
  'members of a group on Kafka',
  { concurrency: true, skip: leftOut(started.ok ? false : started.missing) },
  () => {
    const brokers = started.ok ? started.broker.brokers : []
    const prefix = `${randomBytes(4).toString('hex')}-`
    const logs: Log[] = []
    const open = async (name: string): Promise<Log> => {
      const options = {
        brokers,
        prefix: `${prefix}${name}-`,
        partitions: PARTITIONS,
        replicationFactor: 1,
        mergeWaitMs: 250,
        bytes: 'kept',
      }
      const log = await openKafkaLog({ ...options, clock, logger })
      logs.push(log)
      return log
    }
    const subscribeTo = (receiver: Collector, group: string): SubscribeOptions => ({
      group,
      topics: ['vitals', 'heart-audio'],
      delivery: 'merged',
      from: 'beginning',
      receiver,
      onFailed: receiver.onFailed,
    })
    const vitals = (key: string, value: string) => ({ topic: 'vitals' as const, key, value: Buffer.from(value) })

    const owned = ({ assignedPartitions, revokedPartitions }: Collector): number[] => {
      // Partitions are told in turns, a gain after every loss, so the last gain counts when there were more of them.
      return assignedPartitions.length > revokedPartitions.length ? (assignedPartitions.at(-1) ?? []) : []
    }

    before(() => assert.ok(started.ok, started.ok ? '' : started.missing))
    after(async () => {
      await Promise.all(logs.map((log) => log.close()))
      if (started.ok) await started.broker.stop()
    })

    it('keep their partitions while a receiver takes a minute', async () => {
      const log = await open('busy')
      const collector = new Collector()
      collector.during = async ({ records }) => {
        if (records.length > 0) await clock.sleep(BUSY_MS)
      }
      const subscription = await log.subscribe(subscribeTo(collector, 'vigil-busy'))
      await log.append([vitals('a', '1')])
      await collector.untilCount(1)
      const beganMs = clock.monotonicMs()
      while (collector.running > 0 && collector.batches.at(-1)?.records.length !== 1) await clock.sleep(100)
      while (collector.running > 0) await clock.sleep(100)
      assert.ok(clock.monotonicMs() - beganMs >= BUSY_MS - 1_000)
      assert.equal(await subscription.commit(collector.records[0]?.partition ?? -1, { vitals: 1 }), 'committed')
      assert.equal(collector.assignedPartitions.length, 1)
      assert.deepEqual([collector.revokedPartitions, collector.errors], [[], []])
      await subscription.stop()
    })

    it('restore again at once what could not be restored while the log was away', async () => {
      const log = await open('restore')
      const collector = new Collector()
      let tries = 0
      let triedAtMs = Infinity
      const receiver: Receiver = {
        assigned: async () => {
          tries++
          triedAtMs = Math.min(triedAtMs, clock.monotonicMs())
          if (tries < 3) throw new VigilError('LOG_UNAVAILABLE', 'a try')
        },
        receive: (batch) => collector.receive(batch),
      }
      await log.append([vitals('a', '1')])
      const options = { ...subscribeTo(collector, 'vigil-restore'), receiver }
      const subscription = await log.subscribe(options)
      const restoredMs = clock.monotonicMs() - triedAtMs
      assert.ok(restoredMs < 1_000, `three tries took ${Math.round(restoredMs)} ms`)
      await collector.untilCount(1)
      assert.deepEqual([tries, collector.errors], [3, []])
      await subscription.stop()
    })

    it('are told when what they restore is wanted no more, and stop at once', async () => {
      const log = await open('abort')
      const collector = new Collector()
      let restoring = (): void => undefined
      const began = new Promise<void>((resolve) => (restoring = resolve))
      const receiver: Receiver = {
        assigned: async (_, signal) => {
          restoring()
          await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
          throw new VigilError('LOG_UNAVAILABLE', 'given up')
        },
        receive: (batch) => collector.receive(batch),
      }
      const subscribing = log.subscribe({ ...subscribeTo(collector, 'vigil-abort'), receiver })
      await began
      const beganMs = clock.monotonicMs()
      await log.close()
      await subscribing
      assert.ok(clock.monotonicMs() - beganMs < 5_000)
      assert.deepEqual(collector.errors, [])
    })

    it('that are stopped while they join leave the group when they have joined', async () => {
      const [log, other] = [await open('joining'), await open('joining')]
      const stays = new Collector()
      const staying = await log.subscribe(subscribeTo(stays, 'vigil-joining'))
      for (let round = 0; round < ROUNDS; round++) {
        const comes = round === 0 ? other : await open('joining')
        const before = stays.revokedPartitions.length
        const coming = comes.subscribe(subscribeTo(new Collector(), 'vigil-joining'))
        // Whoever comes is joining when those who are there are told to join again.
        await stays.until(() => stays.revokedPartitions.length > before, 'who stays has heard of who comes')
        await comes.close()
        await coming
        await stays.until(() => owned(stays).length === PARTITIONS, 'who stays has all partitions')
      }
      assert.deepEqual(stays.errors, [])
      await staying.stop()
    })

    it('that come and go ten times leave every partition with exactly one', async () => {
      const [log, other] = [await open('churn'), await open('churn')]
      const stays = new Collector()
      const staying = await log.subscribe(subscribeTo(stays, 'vigil-churn'))
      const sent = new Set<string>()
      const comers: Collector[] = []
      let present: { subscription: Subscription; collector: Collector } | null = null
      for (let round = 0; round < ROUNDS; round++) {
        if (present === null) {
          const collector = new Collector()
          comers.push(collector)
          present = { collector, subscription: await other.subscribe(subscribeTo(collector, 'vigil-churn')) }
        } else {
          await present.subscription.stop()
          present = null
        }
        const records = Array.from({ length: 20 }, (_, bed) => vitals(`bed-${bed}`, String(round)))
        for (const { key, value } of records) sent.add(`${key}=${String(value)}`)
        await log.append(records)
      }
      await present?.subscription.stop()
      await stays.until(() => owned(stays).length === PARTITIONS, 'who stays has all partitions')
      const last = new Collector()
      await other.subscribe(subscribeTo(last, 'vigil-churn'))
      const isShared = (): boolean => {
        return [...owned(stays), ...owned(last)].sort((a, b) => a - b).join() === '0,1,2,3' && owned(last).length > 0
      }
      await Promise.race([
        stays.until(isShared, 'two share all partitions'),
        last.until(isShared, 'two share all partitions'),
      ])
      const all = (): Set<string> => new Set([stays, last, ...comers].flatMap(({ seen }) => seen))
      await stays.until(() => [...sent].every((value) => all().has(value)), 'everything was read by someone')
      const before = { stays: stays.records.length, last: last.records.length }
      await log.append(Array.from({ length: 20 }, (_, bed) => vitals(`bed-${bed}`, 'end')))
      const ends = (): string[] =>
        [...stays.records.slice(before.stays), ...last.records.slice(before.last)]
          .filter(({ value }) => String(value) === 'end')
          .map(({ key }) => key)
      const isWhole = (): boolean => new Set(ends()).size === 20
      await Promise.race([stays.until(isWhole, 'all came'), last.until(isWhole, 'all came')])
      await clock.sleep(1_000)
      assert.equal(ends().length, 20, 'nothing is read by two')
      assert.deepEqual([stays.errors, last.errors, ...comers.map(({ errors }) => errors)].flat(), [])
      await staying.stop()
    })

    it('hold a bounded number of bytes while their receiver hangs, and read on when it is back', async () => {
      const log = await open('bounded')
      const topics: TopicName[] = ['vitals', 'heart-audio', 'procedure-video']
      const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
      const [vital, audio, frame] = [Buffer.alloc(500, 1), Buffer.alloc(8_000, 2), Buffer.alloc(60_000, 3)]
      let count = 0
      for (let second = 0; second < 300; second++) {
        const records = keys.flatMap((key) => [
          { topic: 'vitals' as const, key, value: vital },
          { topic: 'heart-audio' as const, key, value: audio },
          { topic: 'procedure-video' as const, key, value: frame },
        ])
        count += records.length
        await log.append(records)
      }
      const admin = kafkaClient(brokers, logger).admin()
      await admin.connect()
      const starts = new Map<number, Map<TopicName, { position: number; end: number }>>()
      for (const topic of topics) {
        for (const [partition, end] of (await log.endOffsets(topic)).entries()) {
          starts.set(partition, (starts.get(partition) ?? new Map()).set(topic, { position: 0, end }))
        }
      }
      const collector = new Collector()
      let release = (): void => undefined
      const gate = new Promise<void>((resolve) => (release = resolve))
      collector.during = () => gate
      const reads = new KafkaPartitions({
        admin,
        leadersAdmin: admin,
        prefix: `${prefix}bounded-`,
        partitions: PARTITIONS,
        topics,
        delivery: 'merged',
        mergeWaitMs: 250,
        bytes: 'kept',
        clock,
        logger,
        receive: collector.receive,
        onError: (error) => collector.onFailed(error as Error),
      })
      reads.begin(starts)
      try {
        await collector.until(
          () =>
            collector.running === new Set(collector.batches.map(({ partition }) => partition)).size &&
            collector.running > 0,
          'receivers hang',
        )
        await clock.sleep(3_000)
        const heldBytes = reads.heldBytes
        assert.ok(heldBytes > 1_000_000, `${heldBytes} bytes are fetched ahead`)
        assert.ok(heldBytes < BUDGET_BYTES / 2, `${heldBytes} bytes are held of ${count * 23_000}`)
        release()
        await collector.until(() => collector.records.length >= count, 'all is read')
      } finally {
        release()
        await reads.end()
        reads.close()
        await admin.disconnect()
      }
      assert.equal(collector.records.length, count)
      assert.equal(reads.heldBytes, 0)
    })

    it('stop within 10 s while the broker hangs, with a receiver that hangs and records that wait to be appended', async (test) => {
      const broker = await startKafkaBroker()
      assert.ok(broker.ok)
      if (broker.broker.suspend === null) return test.skip('a broker that is not ours is not suspended')
      const options = { brokers: broker.broker.brokers, prefix: 'hangs-', partitions: PARTITIONS, replicationFactor: 1 }
      const log = await openKafkaLog({ ...options, mergeWaitMs: 250, clock, logger })
      const collector = new Collector()
      const group = { topics: ['vitals'], delivery: 'merged', from: 'beginning' } as const
      await log.subscribe({ ...group, group: 'vigil-hangs', receiver: collector, onFailed: collector.onFailed })
      const follower = new Collector()
      await log.follow({
        topics: ['vitals'],
        from: 'beginning',
        receive: follower.receive,
        onFailed: follower.onFailed,
      })
      collector.during = ({ records }) => (records.length === 0 ? Promise.resolve() : new Promise(() => undefined))
      await log.append([vitals('a', '1')])
      await Promise.all([collector.untilCount(1), follower.untilCount(1)])
      const goOn = broker.broker.suspend()
      const lost = log.append([vitals('a', '2')]).catch(() => undefined)
      const beganMs = clock.monotonicMs()
      await log.close()
      const tookMs = clock.monotonicMs() - beganMs
      assert.ok(tookMs < 10_000, `closing took ${Math.round(tookMs)} ms`)
      goOn()
      await broker.broker.stop()
      await lost
    })
  },
)

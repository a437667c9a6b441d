import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { type KafkaLogOptions, openKafkaLog } from '../../src/ingest/kafka-log.ts'
import type { Log } from '../../src/ingest/log.ts'
import { Collector } from '../ingest/collector.ts'
import { logContract } from '../ingest/log-contract.ts'
import { startKafkaBroker } from './kafka-broker.ts'

const PARTITIONS = 4
const started = await startKafkaBroker()

if (started.ok) {
  const { broker } = started
  const run = randomBytes(4).toString('hex')
  after(() => broker.stop())

  const open = (prefix: string, changes: Partial<KafkaLogOptions> = {}): Promise<Log> =>
    openKafkaLog({
      brokers: broker.brokers,
      prefix: `${run}-${prefix}-`,
      partitions: PARTITIONS,
      replicationFactor: 1,
      mergeWaitMs: 250,
      clock: new SystemClock(),
      logger: pino({ level: process.env['LOG'] ?? 'silent' }),
      ...changes,
    })

  logContract('the log on Kafka', { partitions: PARTITIONS, open })

  describe('the log on Kafka, beyond the contract', () => {
    it('refuses topics that are not co-partitioned', async () => {
      const log = await open('odd')
      await log.close()
      await assert.rejects(open('odd', { partitions: PARTITIONS + 1 }), { code: 'TOPICS_NOT_COPARTITIONED' })
    })

    it('says LOG_UNAVAILABLE when no broker is there', async () => {
      await assert.rejects(open('nobody', { brokers: ['127.0.0.1:1'] }), { code: 'LOG_UNAVAILABLE' })
    })

    it('takes an append that is larger than one request, in its order', async () => {
      const log = await open('large')
      const frame = (number: number) => ({ topic: 'procedure-video', key: 'a', value: Buffer.alloc(400_000, number) })
      await log.append(Array.from({ length: 12 }, (_, number) => frame(number)))
      const numbers: unknown[] = []
      for await (const { value } of log.readAll('procedure-video')) numbers.push(value?.[0])
      assert.deepEqual(
        numbers,
        Array.from({ length: 12 }, (_, number) => number),
      )
      await log.close()
    })

    it('keeps its partitions while a receiver takes longer than the group waits for a heartbeat', async () => {
      const log = await open('slow')
      const collector = new Collector()
      collector.during = async ({ records }) => {
        if (records.length > 0) await new Promise((resolve) => setTimeout(resolve, 12_000))
      }
      const subscription = await log.subscribe({
        group: 'vigil-slow',
        topics: ['vitals'],
        delivery: 'arrival',
        from: 'beginning',
        receiver: collector,
        onFailed: collector.onFailed,
      })
      await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from('1') }])
      await collector.until(() => collector.seen.length === 1 && collector.running === 0, 'the slow receiver is back')
      const partition = collector.records[0]?.partition ?? -1
      assert.equal(await subscription.commit(partition, { vitals: 1 }), 'committed')
      assert.equal(collector.assignedPartitions.length, 1)
      assert.equal(collector.revokedPartitions.length, 0)
      await log.close()
    })

    it('goes on when the broker is back: nothing is lost, and who was away is told', async (test) => {
      if (broker.restart === null) return test.skip('a broker that is not ours is not killed')
      const log = await open('away')
      const group = new Collector()
      const follower = new Collector()
      await log.subscribe({
        group: 'vigil-away',
        topics: ['vitals', 'heart-audio'],
        delivery: 'merged',
        from: 'beginning',
        receiver: group,
        onFailed: group.onFailed,
      })
      await log.follow({
        topics: ['vitals'],
        from: 'beginning',
        receive: follower.receive,
        onFailed: follower.onFailed,
      })
      const append = (value: string) => log.append([{ topic: 'vitals', key: 'a', value: Buffer.from(value) }])
      await append('before')
      await Promise.all([group.untilCount(1), follower.untilCount(1)])
      const { start } = await broker.restart()
      await assert.rejects(append('meanwhile'), { code: 'LOG_UNAVAILABLE' })
      const throughMs = Math.max(...group.batches.map(({ readThroughMs }) => readThroughMs))
      assert.ok(throughMs < Date.now(), 'read-through does not run on without the broker')
      await start()
      const tell = async (): Promise<void> => {
        for (;;) {
          try {
            return await append('after')
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'LOG_UNAVAILABLE')
          }
        }
      }
      await tell()
      const has = (collector: Collector) => (): boolean => collector.seen.includes('a=after')
      await Promise.all([
        group.until(has(group), 'the group goes on'),
        follower.until(has(follower), 'the follower too'),
      ])
      assert.deepEqual(new Set(follower.seen), new Set(['a=before', 'a=after']))
      assert.equal(follower.seen.filter((value) => value === 'a=before').length, 1, 'a follower goes on where it was')
      assert.deepEqual([...group.errors, ...follower.errors], [])
      await log.close()
    })
  })
} else {
  it('the log on Kafka', (test) => {
    const reason = `Kafka was not tried: this machine lacks ${started.missing}`
    if (process.env['CI'] === 'true') throw new Error(reason)
    test.skip(reason)
  })
}

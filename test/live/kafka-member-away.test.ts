import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { openKafkaLog } from '../../src/ingest/kafka-log.ts'
import type { Log } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { Collector } from '../ingest/collector.ts'
import { leftOut } from '../support/prerequisites.ts'
import { startKafkaBroker } from './kafka-broker.ts'

const PARTITIONS = 4
/** Members try for a connection again and again, now and then, so not every one of them is just waiting for its next try. */
const GROUPS = ['vigil-a', 'vigil-b', 'vigil-c', 'vigil-d', 'vigil-e', 'vigil-f']
/** Who joins at all joins within it. */
const SETTLE_MS = 3_000
const started = await startKafkaBroker()
const clock = new SystemClock()
const logger = pino({ level: process.env['LOG'] ?? 'silent' })

describe('a member whose broker is away', { skip: leftOut(started.ok ? false : started.missing) }, () => {
  const brokers = started.ok ? started.broker.brokers : []
  const prefix = `${randomBytes(4).toString('hex')}-`
  const open = (): Promise<Log> =>
    openKafkaLog({ brokers, prefix, partitions: PARTITIONS, replicationFactor: 1, mergeWaitMs: 250, clock, logger })
  const subscribe = (log: Log, group: string): Promise<Collector> => {
    const receiver = new Collector()
    const topics: TopicName[] = ['vitals', 'heart-audio']
    const { onFailed } = receiver
    return log
      .subscribe({ group, topics, delivery: 'merged', from: 'beginning', receiver, onFailed })
      .then(() => receiver)
  }
  let kept: Log | null = null

  before(() => assert.ok(started.ok, started.ok ? '' : started.missing))
  after(async () => {
    await kept?.close()
    if (started.ok) await started.broker.stop()
  })

  it('does not join when the broker is back if it was stopped meanwhile', async (test) => {
    assert.ok(started.ok)
    const { restart } = started.broker
    if (restart === null) return test.skip('a broker that is not ours is not killed')
    const log = await open()
    await Promise.all(GROUPS.map((group) => subscribe(log, group)))
    const stopped = await restart()
    let isBack = false
    const starting = stopped.start().finally(() => (isBack = true))
    // It listens before it answers; nobody has found it yet.
    while (!isBack && !(await isListening(brokers[0] ?? ''))) await clock.sleep(5)
    await log.close()
    await starting
    kept = await open()
    const comers = await Promise.all(GROUPS.map((group) => subscribe(kept ?? log, group)))
    const ownsAll = ({ assignedPartitions, revokedPartitions }: Collector): boolean =>
      assignedPartitions.length > revokedPartitions.length && assignedPartitions.at(-1)?.length === PARTITIONS
    for (const [index, comer] of comers.entries())
      await comer.until(() => ownsAll(comer), `who comes has all partitions of ${GROUPS[index]}`)
    await clock.sleep(SETTLE_MS)
    for (const comer of comers) assert.deepEqual([ownsAll(comer), comer.errors], [true, []])
  })
})

function isListening(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) })
    const said = (is: boolean): void => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => said(true)).once('error', () => said(false))
  })
}

import { randomBytes } from 'node:crypto'
import { after, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { type KafkaLogOptions, openKafkaLog } from '../../src/ingest/kafka-log.ts'
import { type Log } from '../../src/ingest/log.ts'
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
} else {
  it('the log on Kafka', (test) => {
    const reason = `Kafka was not tried: this machine lacks ${started.missing}`
    if (process.env['CI'] === 'true') throw new Error(reason)
    test.skip(reason)
  })
}

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { badInputs } from './bad-inputs.ts'
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts'
import { leftOut } from '../support/prerequisites.ts'
import { wardEndToEnd } from './ward-end-to-end.ts'
import { clock, WardProcess } from './ward-process.ts'

const started = await startKafkaBroker()

describe('a ward on a real Kafka', { skip: leftOut(started.ok ? false : started.missing) }, () => {
  let broker: KafkaBroker | null = null
  const prefix = `ward-${process.pid}-`
  const brokers = started.ok ? started.broker.brokers : []
  const settings = ['--kafka-brokers', brokers.join(','), '--topic-prefix', prefix]
  const ward = new WardProcess([...settings, '--demo', 'on'])

  before(async () => {
    assert.ok(started.ok, started.ok ? '' : started.missing)
    broker = started.broker
    await ward.start()
  })
  after(async () => {
    await ward.remove()
    await broker?.stop()
  })

  wardEndToEnd(ward)

  badInputs(ward, settings, () =>
    openLog(defaultConfig({ kafkaBrokers: brokers, topicPrefix: prefix }), clock, pino({ level: 'silent' })),
  )

  it('stops cleanly within 10 s', async () => {
    const startedMs = clock.monotonicMs()
    assert.equal(await ward.end('SIGTERM'), 0)
    assert.ok(clock.monotonicMs() - startedMs < 10_000)
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import type { AlertView, FeedView } from '../../src/watch/events.ts'
import { leftOut } from '../support/prerequisites.ts'
import { badInputs } from './bad-inputs.ts'
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts'
import { clock, eventually, WardProcess } from './ward-process.ts'

/** A ward that keeps what all its runs said, and that says all it can. */
class TalkingWard extends WardProcess {
  earlier = ''

  override start(): Promise<string> {
    this.earlier += this.output
    return super.start()
  }

  get said(): string {
    return this.earlier + this.output
  }
}

const started = await startKafkaBroker()

/** About a minute and a half. Everything that goes wrong or is worth a word happens, and nobody's patient is named. */
describe('the log of a ward that says all it can', { skip: leftOut(started.ok ? false : started.missing) }, () => {
  let broker: KafkaBroker | null = null
  const prefix = `logs-${process.pid}-`
  const brokers = started.ok ? started.broker.brokers : []
  const settings = ['--kafka-brokers', brokers.join(','), '--topic-prefix', prefix, '--log-level', 'debug']
  const ward = new TalkingWard([...settings, '--demo', 'on', '--demo-beds', '4', '--recordings', 'none'])
  const secret = new Set<string>()

  before(async () => {
    assert.ok(started.ok, started.ok ? '' : started.missing)
    broker = started.broker
    await ward.start()
  })
  after(async () => {
    await ward.remove()
    await broker?.stop()
  })

  it('is written while alerts are raised, labelled and answered', async () => {
    const screen = await ward.screen()
    assert.ok((await screen.emitWithAck('watch', {})).ok)
    const [alert] = await eventually('an alert', 60_000, async () => {
      const alerts = await ward.get<AlertView[]>('/api/alerts?limit=10')
      return alerts.length > 0 && alerts
    })
    assert.ok(alert !== undefined)
    assert.ok((await screen.emitWithAck('acknowledge', { alertId: alert.id, reason: 'seen-by-nurse-17' })).ok)
    assert.ok((await screen.emitWithAck('label', { alertId: alert.id, label: 'rejected' })).ok)
    const refused = await screen.emitWithAck('acknowledge', { alertId: 'no-such-alert' })
    assert.ok(!refused.ok)
    for (const word of ['seen-by-nurse-17', alert.id, alert.alertId]) secret.add(word)
  })

  badInputs(ward, settings, () =>
    openLog(defaultConfig({ kafkaBrokers: brokers, topicPrefix: prefix }), clock, pino({ level: 'silent' })),
  )

  it('names no patient, no bed, no feed, no diagnosis and no alert', async () => {
    const { beds } = await ward.get<{
      beds: { patientId: string; bedId: string; context: { diagnosis: string; notes: string[] } | null }[]
    }>('/api/ward')
    assert.ok(beds.length >= 4)
    for (const { patientId, bedId, context } of beds) {
      for (const word of [patientId, bedId, context?.diagnosis ?? '', ...(context?.notes ?? [])]) secret.add(word)
    }
    for (const { feedId } of await ward.get<FeedView[]>('/api/feeds')) secret.add(feedId)
    // Who the bad inputs were said to be of.
    for (const word of ['bad-input', 'Bed 99']) secret.add(word)
    secret.delete('')
    assert.equal(await ward.end('SIGTERM'), 0)

    const lines = ward.said.split('\n').filter((line) => line.startsWith('{'))
    const levels = new Set(lines.map((line) => (JSON.parse(line) as { level: number }).level))
    for (const level of [20, 30, 40]) assert.ok(levels.has(level), `a line of level ${level} is among what is searched`)
    assert.ok(secret.size > 12, [...secret].join())
    for (const word of secret) {
      const naming = ward.said.split('\n').find((line) => line.includes(word))
      assert.equal(naming, undefined, `${word} is in the log`)
    }
  })
})

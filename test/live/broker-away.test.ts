import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import type { RecordOf, TopicName } from '../../src/ingest/topics.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { leftOut } from '../support/prerequisites.ts'
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts'
import { clock, eventually, WardProcess } from './ward-process.ts'

const AWAY_MS = 15_000
const BEDS = 3
const started = await startKafkaBroker()
const missing = started.ok ? (started.broker.restart === null ? 'a broker of our own to stop' : false) : started.missing

interface Health {
  status: string
  stages: { name: string; state: string; detail: string }[]
}

describe('a ward whose broker goes away for 15 s', { skip: leftOut(missing) }, () => {
  let broker: KafkaBroker | null = null
  const topicPrefix = `away-${process.pid}-`
  const brokers = started.ok ? started.broker.brokers : []
  const kafka = ['--kafka-brokers', brokers.join(','), '--topic-prefix', topicPrefix]
  const ward = new WardProcess([...kafka, '--demo', 'on', '--demo-beds', String(BEDS), '--recordings', 'none'])
  const health = async (): Promise<Health> => (await (await fetch(`${ward.address}/healthz`)).json()) as Health

  before(async () => {
    assert.ok(started.ok, started.ok ? '' : started.missing)
    broker = started.broker
    await ward.start()
    await eventually('a whole ward', 40_000, async () => (await health()).status === 'running')
    await eventually('predictions', 40_000, async () => (await ward.metric('vigil_predictions_total')) >= BEDS)
  })
  after(async () => {
    await ward.remove()
    await broker?.stop()
  })

  it('says so and keeps the readings on disk meanwhile, then goes on by itself', async () => {
    const stopped = await broker?.restart?.()
    assert.ok(stopped !== undefined)
    const goneMs = clock.monotonicMs()
    await eventually('health says what is away', AWAY_MS, async () => {
      const { stages } = await health()
      const says = (stage: string, words: RegExp): boolean =>
        stages.some(({ name, state, detail }) => name === stage && state === 'degraded' && words.test(detail))
      return says('ingest', /Kafka is away/) && says('acquire', /wait on disk/)
    })
    await clock.sleep(Math.max(0, AWAY_MS - (clock.monotonicMs() - goneMs)))
    assert.ok(ward.running, ward.output)
    assert.ok((await ward.metric('vigil_spooled_readings_total')) > 0)
    await stopped.start()
    await eventually(
      'the ward is whole again',
      40_000,
      async () => ward.running && (await health()).status === 'running',
    )
    const answered = await ward.metric('vigil_predictions_total')
    await eventually(
      'windows go on',
      40_000,
      async () => (await ward.metric('vigil_predictions_total')) > answered + BEDS,
    )
  })

  it('stops within 10 s while the broker hangs, says so with exit code 1, and goes on when both are back', async () => {
    const goOn = broker?.suspend?.()
    assert.ok(goOn !== undefined)
    // Appends and fetches of every stage are under way by then.
    await clock.sleep(1_000)
    const beganMs = clock.monotonicMs()
    const code = await ward.end('SIGTERM')
    const tookMs = Math.round(clock.monotonicMs() - beganMs)
    goOn()
    assert.ok(tookMs < 10_000, `it took ${tookMs} ms`)
    assert.equal(code, 1, ward.output)
    assert.match(ward.output, /it was left behind/)
    await ward.start()
    await eventually(
      'the ward is whole again',
      40_000,
      async () => ward.running && (await health()).status === 'running',
    )
    await eventually('windows go on', 40_000, async () => (await ward.metric('vigil_predictions_total')) > BEDS)
  })

  it('has every window of the time the broker was away, and no alert missing or doubled', async () => {
    const listed = await ward.get<AlertView[]>('/api/alerts?limit=1000')
    assert.ok(listed.length > 0)
    assert.equal(new Set(listed.map(({ id }) => id)).size, listed.length)
    assert.equal(await ward.end('SIGTERM'), 0)

    const log = await openLog(defaultConfig({ kafkaBrokers: brokers, topicPrefix }), clock, pino({ level: 'silent' }))
    try {
      const read = async <T extends TopicName>(topic: T): Promise<RecordOf[T][]> => {
        const records: RecordOf[T][] = []
        for await (const record of log.readAll(topic)) {
          const result = readRecord(topic, record)
          assert.ok(result.ok)
          records.push(result.record)
        }
        return records
      }
      const windows = new Map<string, Set<number>>()
      const digests = new Map<string, string>()
      for (const { id, patientId, windowStartMs, contentDigest } of await read('predictions')) {
        windows.set(patientId, (windows.get(patientId) ?? new Set()).add(windowStartMs))
        assert.equal(digests.get(id) ?? contentDigest, contentDigest, 'a window concluded twice is the same window')
        digests.set(id, contentDigest)
      }
      assert.equal(windows.size, BEDS)
      for (const starts of windows.values()) {
        const inOrder = [...starts].sort((a, b) => a - b)
        inOrder.forEach((start, index) => assert.equal(start, (inOrder[0] ?? 0) + index * 10_000))
      }
      const numbers = new Map<string, Map<number, string>>()
      for (const { id, patientId, bedSequence } of await read('alerts')) {
        const ofBed = numbers.get(patientId) ?? new Map<number, string>()
        numbers.set(patientId, ofBed)
        assert.equal(ofBed.get(bedSequence) ?? id, id, 'no number of a bed is given twice')
        ofBed.set(bedSequence, id)
      }
      for (const ofBed of numbers.values()) {
        const inOrder = [...ofBed.keys()].sort((a, b) => a - b)
        inOrder.forEach((number, index) => assert.equal(number, index + 1))
        assert.equal(new Set(ofBed.values()).size, ofBed.size, 'no transition has two numbers')
      }
    } finally {
      await log.close()
    }
  })

  it('does not start while there is no broker: one line, exit code 1, within 15 s', async () => {
    await broker?.stop()
    const alone = new WardProcess(kafka)
    const startedMs = clock.monotonicMs()
    await assert.rejects(alone.start(), (error: Error) => {
      const lines = error.message
        .split('\n')
        .slice(1)
        .filter((line) => line !== '')
      assert.match(lines.join('\n'), /^vigil: the log cannot be reached: .*\(LOG_UNAVAILABLE\)$/)
      return error.message.startsWith('vigil ended with 1')
    })
    assert.ok(clock.monotonicMs() - startedMs < 15_000)
    await alone.remove()
  })
})

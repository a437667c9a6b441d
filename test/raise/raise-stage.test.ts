import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { Metrics } from '../../src/metrics.ts'
import type { Alert } from '../../src/records.ts'
import { createRaiseStage } from '../../src/raise/raise-stage.ts'
import { alertIdOf } from '../../src/raise/alert-id.ts'
import type { Outbound } from '../../src/reading.ts'
import { command, prediction, START_MS, vitals } from './bedside.ts'
import { MemoryLog } from './memory-log.ts'

const logger = pino({ level: 'silent' })
const config = defaultConfig({ escalateMs: 10_000 })

function alertOf({ value }: LogRecord): Alert {
  const read = decodeRecord('alerts', value)
  assert.ok(read.ok)
  return read.record
}

/** Two beds: SpO2 falls and comes back, a nurse answers, risk rises, a command is garbage. By second. */
function ward(second: number): Outbound[] {
  const spo2 = second >= 3 && second < 16 ? 84 : 96
  const hr = second >= 8 ? 126 : 80
  const records: Outbound[] = [
    outbound('vitals', vitals(second, { spo2, hr })),
    outbound('vitals', vitals(second, { spo2: second % 7 < 3 ? 80 : 97 }, { patientId: 'p2' })),
  ]
  if (second === 12) records.push({ topic: 'alert-commands', key: 'p1', value: Buffer.from('garbage') })
  if (second === 22) {
    const alertId = alertIdOf('p1', 'limit:spo2:low', START_MS + 3_000)
    records.push(outbound('alert-commands', command('c1', { alertId })))
  }
  if (second % 10 === 5) records.push(outbound('predictions', prediction(second / 5, { risk: second / 30 })))
  return records
}
const SECONDS = 30

/** Lets the ward happen; whenever the writer is lost, a new one begins on the same log. */
async function happened(atomic: boolean, most: number, loseAtStep: number | null) {
  const clock = new ManualClock(START_MS)
  const log = new MemoryLog(clock, atomic)
  const stageOn = (): Promise<void> => createRaiseStage({ log, config, clock, metrics: new Metrics(), logger }).start()
  if (loseAtStep !== null) log.loseAtStep(loseAtStep)
  await stageOn()
  for (let second = 0; second < SECONDS; second++) {
    for (const record of ward(second)) log.put(record)
    while (!(await log.deliver(most))) await stageOn()
    clock.advance(1_000)
  }
  return { log, alerts: log.of('alerts').map(alertOf) }
}

function byId(alerts: readonly Alert[]): Map<string, string> {
  const contents = new Map<string, string>()
  for (const alert of alerts) {
    const content = JSON.stringify(alert)
    assert.equal(contents.get(alert.id) ?? content, content, 'the same transition has the same content')
    contents.set(alert.id, content)
  }
  return new Map([...contents].sort(([a], [b]) => a.localeCompare(b)))
}

for (const atomic of [true, false]) {
  for (const most of [1, 50]) {
    test(`no alert is missing or doubled wherever the writer is lost (atomic append: ${atomic}, batches of ${most})`, async () => {
      const undisturbed = await happened(atomic, most, null)
      const expected = byId(undisturbed.alerts)
      assert.ok(expected.size >= 8, `${expected.size} alerts`)
      for (let step = 0; step < undisturbed.log.steps; step++) {
        const { alerts } = await happened(atomic, most, step)
        assert.deepEqual(byId(alerts), expected, `lost at step ${step}`)
        if (atomic) assert.equal(alerts.length, expected.size, `doubled at step ${step}`)
      }
    })
  }
}

test('a command that cannot be read is a dead letter, and the ward goes on', async () => {
  const { log, alerts } = await happened(true, 50, null)
  const [letter] = log.of('dead-letter')
  assert.equal(log.of('dead-letter').length, 1)
  const read = decodeRecord('dead-letter', letter?.value ?? null)
  assert.ok(read.ok)
  assert.equal(read.record.code, 'RECORD_NOT_FRAMED')
  assert.equal(read.record.detectedBy, 'raise')
  assert.ok(alerts.some(({ transition }) => transition === 'acknowledged'))
})

test('a state that cannot be read is a dead letter that is counted, and the patient alarms anew', async () => {
  const clock = new ManualClock(START_MS)
  const log = new MemoryLog(clock, true)
  const metrics = new Metrics()
  log.put({ topic: 'alert-state', key: 'p1', value: Buffer.from('garbage') })
  await createRaiseStage({ log, config, clock, metrics, logger }).start()
  const [letter] = log.of('dead-letter')
  const read = decodeRecord('dead-letter', letter?.value ?? null)
  assert.ok(read.ok)
  assert.deepEqual([read.record.topic, read.record.code], ['alert-state', 'RECORD_NOT_FRAMED'])
  const counted = await metrics.deadLetters.get()
  assert.deepEqual(
    counted.values.filter(({ value }) => value > 0).map(({ labels, value }) => [labels.code, value]),
    [['RECORD_NOT_FRAMED', 1]],
  )
  log.put(outbound('vitals', vitals(0, { spo2: 80 }, { patientId: 'p1', eventTimeMs: START_MS })))
  await log.deliver(50)
  assert.ok(
    log
      .of('alerts')
      .map(alertOf)
      .some(({ transition }) => transition === 'raised'),
  )
})

test('on the embedded log an alert follows its reading, and is not raised again after a restart', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-raise-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const clock = new SystemClock()
  const nowMs = clock.nowMs()
  const log = await openEmbeddedLog({
    folder,
    partitions: 4,
    clock,
    logger,
    retentionMs: 3_600_000,
    retentionBytes: 1e9,
    syncMs: 200,
  })
  t.after(() => log.close())
  const metrics = new Metrics()
  let heard: (() => void) | null = null
  await log.follow({
    topics: ['alerts'],
    from: 'beginning',
    receive: async ({ records }) => {
      if (records.length > 0) heard?.()
    },
    onFailed: (error) => assert.fail(error),
  })
  const stageOf = () => createRaiseStage({ log, config, clock, metrics, logger })
  const first = stageOf()
  await first.start()
  assert.equal(first.health().state, 'running')
  const latenciesMs: number[] = []
  for (let bed = 0; bed < 50; bed++) {
    const alerted = new Promise<void>((resolve) => {
      heard = resolve
    })
    const sentMs = clock.monotonicMs()
    const reading = vitals(0, { spo2: 80 }, { patientId: `p${bed}`, eventTimeMs: nowMs + bed })
    await log.append([outbound('vitals', reading)])
    await alerted
    latenciesMs.push(clock.monotonicMs() - sentMs)
  }
  await first.stop()
  const second = stageOf()
  await second.start()
  const last = new Promise<void>((resolve) => {
    heard = resolve
  })
  await log.append([outbound('vitals', vitals(0, { spo2: 80 }, { patientId: 'p99', eventTimeMs: nowMs + 99 }))])
  await last
  await second.stop()
  const ids = new Set<string>()
  let count = 0
  for await (const record of log.readAll('alerts')) {
    ids.add(alertOf(record).id)
    count += 1
  }
  assert.equal(count, 51)
  assert.equal(ids.size, 51)
  const sorted = latenciesMs.sort((a, b) => a - b)
  t.diagnostic(
    `append of the reading to alert read: median ${sorted[25]?.toFixed(1)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`,
  )
  const counted = await metrics.alertsRaised.get()
  const raised = counted.values.reduce((sum, { value }) => sum + value, 0)
  assert.equal(raised, 51)
})

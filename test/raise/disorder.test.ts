import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { windowRecord } from '../../src/join/window-record.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor } from '../../src/predict/predictor.ts'
import { alarmRules } from '../../src/raise/alarm-rules.ts'
import { eventOfRecord } from '../../src/raise/event-of-record.ts'
import { PartitionAlarms } from '../../src/raise/partition-alarms.ts'
import { type Alert, type Numeric, NUMERICS, type NumericCode, type Prediction } from '../../src/reading.ts'
import { delayedReadings } from '../join/bounded-delay.ts'
import type { ReadingEntry } from '../join/generated-log.ts'
import { type JoinSettings, JoinUnderTest } from '../join/join-under-test.ts'
import { byName } from '../join/told-outcome.ts'
import { cases } from '../support/cases.ts'
import { type Digits, MOST_DIGITS } from '../support/digits.ts'

const config = defaultConfig()
const rules = alarmRules(config)
const given: JoinSettings = {
  sizeMs: config.windowSizeMs,
  graceMs: config.windowGraceMs,
  sourceIdleMs: config.sourceIdleMs,
  windowWaitMs: config.windowWaitMs,
  futureToleranceMs: config.futureToleranceMs,
}

/** Well, or worse, or about to die. */
function numerics(during: Digits): Numeric[] {
  const measured: [NumericCode, number][] = [
    ['spo2', during.of([97, 97, 88, 83])],
    ['hr', during.of([80, 80, 125, 145, 38])],
    ['rr', during.of([14, 14, 27, 34])],
    ['abp_mean', during.of([85, 85, 63, 55])],
  ]
  return measured.map(([code, value]) => ({ code, value, unit: NUMERICS[code].unit, validity: 'valid' as const }))
}

describe('the same readings, delayed within the grace, each feed in its order', () => {
  // NEWS2 alone: a network is no function of more than its window either, and its test is predict's.
  const quiet = { clock: new SystemClock(), metrics: new Metrics(), logger: pino({ level: 'silent' }) }
  const predictor = createPredictor({ ...quiet, config: defaultConfig({ models: [] }) })
  before(() => predictor.start())
  after(() => predictor.stop())

  /** Join, predict and raise; a prediction is read after so many more records have been. */
  async function outcome(entries: readonly ReadingEntry[], lag: number) {
    const predictions = new Map<string, Prediction>()
    const alerts = new Map<string, string>()
    for (const partition of new Set(entries.map(({ record }) => record.partition))) {
      const join = new JoinUnderTest(given)
      const alarms = new PartitionAlarms(rules, [])
      const apply = (record: LogRecord): void => {
        const read = eventOfRecord(record, config)
        if (read.kind === 'event') for (const alert of alarms.apply(record, read.event, 0).alerts) tell(alert, alerts)
      }
      const records = entries.map(({ record }) => record).filter((record) => record.partition === partition)
      const waiting: { dueAt: number; record: LogRecord }[] = []
      let offset = 0
      for (const [index, record] of [...records, null].entries()) {
        const last = records.at(-1)?.appendTimeMs ?? 0
        const told = record === null ? [...join.advance(last), ...join.end(last)] : join.receive(record)
        const closed = told.flatMap((output) => (output.kind === 'window' ? [output.closed] : []))
        const conclusions = await predictor.predict(closed.map(({ window }) => window))
        for (const [at, conclusion] of conclusions.entries()) {
          const window = closed[at]
          assert.ok(window !== undefined)
          const prediction = windowRecord(window, conclusion)
          assert.ok(!predictions.has(prediction.id), 'a window has one prediction')
          predictions.set(prediction.id, { ...prediction, sources: byName(prediction.sources) })
          const { key, value } = outbound('predictions', prediction)
          const appendTimeMs = record?.appendTimeMs ?? last
          const topic = 'predictions' as const
          const logged = { topic, partition, offset: offset++, key, value: Buffer.from(value ?? []), appendTimeMs }
          waiting.push({ dueAt: record === null ? index : index + lag, record: logged })
        }
        if (record?.topic === 'vitals') apply(record)
        // How often somebody looks at the time is of the polls.
        if (record !== null && index % (lag + 1) === 0)
          alarms.passTime(record.appendTimeMs, records[0]?.appendTimeMs ?? 0, 0)
        while (waiting[0] !== undefined && (record === null || waiting[0].dueAt <= index)) {
          apply(waiting[0].record)
          waiting.shift()
        }
      }
    }
    return { predictions: sorted(predictions), alerts: sorted(alerts) }
  }

  it('come to the same predictions and the same alerts', async () => {
    const shape = { settings: [given], feeds: 'steady', inFeedOrder: true, lengthMs: 45_000, numerics } as const
    let raised = 0
    await fc.assert(
      fc.asyncProperty(delayedReadings(shape), fc.nat(MOST_DIGITS), async ({ inOrder, delayed }, lag) => {
        const expected = await outcome(inOrder, 0)
        assert.deepEqual(await outcome(delayed, lag % 9), expected)
        raised += expected.alerts.size
      }),
      cases(500),
    )
    assert.ok(raised > 0, 'something was raised')
  })
})

/**
 * In what order a bed's alerts were raised is of the order of the log, and so is that a reading came long after it was
 * measured; all the rest of an alert is of the readings.
 */
function tell(alert: Alert, alerts: Map<string, string>): void {
  assert.ok(!alerts.has(alert.id), `${alert.id} was raised twice`)
  const reasons = alert.reasons.filter(({ code }) => code !== 'late')
  alerts.set(alert.id, JSON.stringify({ ...alert, reasons, bedSequence: 0 }))
}

function sorted<T>(byId: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...byId].sort(([a], [b]) => (a < b ? -1 : 1)))
}

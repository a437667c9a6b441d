import assert from 'node:assert/strict'
import { it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { partitionOf } from '../../src/ingest/partition-of.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor } from '../../src/predict/predictor.ts'
import { NUMERICS } from '../../src/reading.ts'
import { undisturbedAlerts } from './undisturbed-alerts.ts'
import { undisturbedWindows } from './undisturbed-windows.ts'

const STARTED_MS = 1_790_000_000_000
const LAST_SECOND = 3
const ESCALATE_MS = 15_000

it('an alert that is passed on after the last record has its own moment for a cause, not that record', async () => {
  const config = defaultConfig({ partitions: 1, models: [], escalateMs: ESCALATE_MS })
  const records = Array.from({ length: LAST_SECOND + 1 }, (_, second): LogRecord => {
    const { key, value } = ENCODE.reading({
      modality: 'vitals',
      record: {
        patientId: 'bed-1',
        feedId: 'bed-1/vitals',
        deviceId: 'monitor',
        sequence: second,
        eventTimeMs: STARTED_MS + second * 1_000,
        deviceTimeMs: STARTED_MS + second * 1_000,
        clockOffsetMs: 0,
        generationMode: 'test',
        heartbeat: false,
        numerics: [{ code: 'hr', value: 150, unit: NUMERICS.hr.unit, validity: 'valid' }],
        waveforms: [],
      },
    })
    const place = { topic: 'vitals' as const, partition: partitionOf(key, 1), offset: second }
    return { ...place, key, value: Buffer.from(value ?? []), appendTimeMs: STARTED_MS + second * 1_000 }
  })
  const clock = new ManualClock(0)
  const predictor = createPredictor({ config, clock, metrics: new Metrics(), logger: pino({ level: 'silent' }) })
  await predictor.start()
  const inputs = new Map([[0, records]])
  const { predictions } = await undisturbedWindows(inputs, config, predictor)
  const expected = await undisturbedAlerts(inputs, predictions, config)
  const came = expected
    .filter(({ physiological }) => physiological)
    .map(({ fields, causeMs, mayBeAbsent }) => {
      return { transition: fields['transition'], afterMs: causeMs - STARTED_MS, mayBeAbsent }
    })
  const [raised, ...escalated] = came
  assert.deepEqual(raised, { transition: '"raised"', afterMs: 0, mayBeAbsent: false })
  assert.deepEqual(
    escalated.slice(0, 3).map(({ transition, mayBeAbsent }) => [transition, mayBeAbsent]),
    [1, 2, 3].map(() => ['"escalated"', true]),
  )
  for (const [index, { afterMs }] of escalated.slice(0, 3).entries()) {
    const dueMs = (index + 1) * ESCALATE_MS
    assert.ok(afterMs >= dueMs && afterMs <= dueMs + 100, `level ${index + 1} after ${afterMs} ms`)
  }
})

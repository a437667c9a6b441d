import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import { type Prediction } from '../../src/reading.ts'
import { MemoryLog } from '../raise/memory-log.ts'
import { readingOf } from '../support/readings.ts'

const START_MS = 1_700_000_000_000

function stageOn(log: MemoryLog, clock: ManualClock): JoinStage {
  const shared = { log, config: defaultConfig(), clock, metrics: new Metrics(), logger: pino({ level: 'silent' }) }
  const answer = { rung: 'limits_only' as const, risk: null, parts: [], missing: [], model: null }
  return new JoinStage({ ...shared, conclude: async (windows) => windows.map(() => answer) })
}

test('the last state of an owner that was overtaken is passed over by the next', async () => {
  const clock = new ManualClock(START_MS)
  const log = new MemoryLog(clock, false)
  const say = async (eventTimeMs: number): Promise<void> => {
    const { modality, record } = readingOf({ eventTimeMs })
    assert.ok(modality === 'vitals')
    log.put(outbound('vitals', record))
    assert.ok(await log.deliver(10))
  }
  const live = async (fromS: number, toS: number): Promise<void> => {
    for (let s = fromS; s < toS; s++) {
      clock.moveTo(START_MS + s * 1_000)
      await say(clock.nowMs())
    }
  }
  const first = stageOn(log, clock)
  await first.start()
  await live(0, 95)
  await first.stop()
  const outdated = log.of('join-state').at(0)
  assert.ok(outdated)
  log.put({ topic: 'join-state', key: 'p1', value: outdated.value })

  const next = stageOn(log, clock)
  await next.start()
  await live(95, 97)
  await say(START_MS + 35_500)
  await live(97, 130)
  await next.stop()
  const windows = new Map<number, Prediction>()
  for (const record of log.of('predictions')) {
    const read = readRecord('predictions', record)
    assert.ok(read.ok)
    const { windowStartMs } = read.record
    assert.deepEqual(windows.get(windowStartMs) ?? read.record, read.record, 'a window is the same at every telling')
    windows.set(windowStartMs, read.record)
  }
  assert.equal(windows.size, 12)
  assert.equal(log.of('late-readings').length, 1, 'its window is known to be closed')
  for (const { sources, vitalsCount } of windows.values()) {
    assert.equal(vitalsCount, 10)
    assert.deepEqual(
      sources.map(({ state }) => state),
      ['live'],
    )
  }
})

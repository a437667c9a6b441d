import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import { MemoryLog } from '../raise/memory-log.ts'
import { readingOf } from '../support/readings.ts'

const START_MS = 1_700_000_000_000

function stageOn(log: MemoryLog, clock: ManualClock): JoinStage {
  const shared = { log, config: defaultConfig(), clock, metrics: new Metrics(), logger: pino({ level: 'silent' }) }
  const answer = {
    rung: 'limits_only' as const,
    risk: null,
    riskLow: null,
    riskHigh: null,
    parts: [],
    missing: [],
    model: null,
  }
  return new JoinStage({ ...shared, conclude: (windows) => windows.map(() => Promise.resolve(answer)) })
}

test('the last state of an owner that was overtaken is passed over by the next', async () => {
  const clock = new ManualClock(START_MS)
  const log = new MemoryLog(clock, false)
  const live = async (fromS: number, toS: number): Promise<void> => {
    for (let s = fromS; s < toS; s++) {
      clock.moveTo(START_MS + s * 1_000)
      log.put(ENCODE.reading(readingOf({ eventTimeMs: clock.nowMs() })))
      // It comes with the first reading that the next owner reads again, in one moment of the log.
      if (s === 90) log.put(ENCODE.reading(readingOf({ eventTimeMs: START_MS + 35_500 })))
      assert.ok(await log.deliver(10))
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
  await live(95, 130)
  await next.stop()
  const counts = new Map<number, number>()
  for (const record of log.of('predictions')) {
    const read = readRecord('predictions', record)
    assert.ok(read.ok)
    const { windowStartMs, vitalsCount } = read.record
    assert.equal(vitalsCount, counts.get(windowStartMs) ?? 10, 'a closed window is not opened for a late reading')
    counts.set(windowStartMs, vitalsCount)
  }
  assert.equal(counts.size, 12)
  assert.equal(new Set(log.of('late-readings').map(({ value }) => value?.toString('hex'))).size, 1)
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import type { Conclusion } from '../../src/join/window-record.ts'
import { Metrics } from '../../src/metrics.ts'
import type { PatientWindow } from '../../src/reading.ts'
import { MemoryLog } from '../raise/memory-log.ts'
import { readingOf } from '../support/readings.ts'

const START_MS = 1_700_000_000_000
const ANSWER: Conclusion = {
  rung: 'limits_only',
  risk: null,
  riskLow: null,
  riskHigh: null,
  parts: [],
  missing: [],
  model: null,
}

describe('the answers to windows', () => {
  for (const atomic of [true, false])
    it(`go out as they come, those of a patient in their order (${atomic ? 'atomic' : 'other'} appends)`, async () => {
      const { clock, log, stage, answer } = await stageThatIsAnswered(atomic)
      await feed(log, clock, 0, 30)
      // The first window of the stable patient, and the second of the ill one, take long.
      answer('ill', 0)
      answer('stable', 1)
      await settled()
      assert.deepEqual(told(log), ['ill 0'])
      answer('stable', 0)
      await settled()
      assert.deepEqual(told(log), ['ill 0', 'stable 0', 'stable 1'])
      answer('ill', 1)
      await settled()
      assert.deepEqual(told(log), ['ill 0', 'stable 0', 'stable 1', 'ill 1'])
      await stage.stop()
    })

  it('hold the commit until all of them are in the log', async () => {
    const { clock, log, stage, answer } = await stageThatIsAnswered(false)
    await feed(log, clock, 0, 16)
    const before = await committed(log)
    answer('ill', 0)
    await settled()
    await feed(log, clock, 16, 20)
    assert.equal(await committed(log), before, 'a window of the other patient has no answer yet')
    answer('stable', 0)
    await feed(log, clock, 20, 21)
    assert.ok((await committed(log)) > before)
    await stage.stop()
  })
})

/** A stage whose windows are answered when the test says so. */
async function stageThatIsAnswered(atomic: boolean) {
  const clock = new ManualClock(START_MS)
  const log = new MemoryLog(clock, atomic)
  const open = new Map<string, () => void>()
  const conclude = (windows: readonly PatientWindow[]): Promise<Conclusion>[] =>
    windows.map(
      ({ patientId, startMs }) =>
        new Promise((resolve) => open.set(`${patientId} ${numberOf(startMs)}`, () => resolve(ANSWER))),
    )
  const shared = { log, config: defaultConfig(), clock, metrics: new Metrics(), logger: pino({ level: 'silent' }) }
  const stage = new JoinStage({ ...shared, conclude })
  await stage.start()
  const answer = (patientId: string, window: number): void => {
    const settle = open.get(`${patientId} ${window}`)
    assert.ok(settle !== undefined, `window ${window} of ${patientId} has closed`)
    settle()
  }
  return { clock, log, stage, answer }
}

async function feed(log: MemoryLog, clock: ManualClock, fromS: number, toS: number): Promise<void> {
  for (let s = fromS; s < toS; s++) {
    clock.moveTo(START_MS + s * 1_000)
    for (const patientId of ['ill', 'stable'])
      log.put(ENCODE.reading(readingOf({ patientId, feedId: `${patientId}/monitor`, eventTimeMs: clock.nowMs() })))
    await log.deliver(10)
    await settled()
  }
}

/** What is on predictions, in its order. */
function told(log: MemoryLog): string[] {
  return log.of('predictions').map((record) => {
    const read = readRecord('predictions', record)
    assert.ok(read.ok)
    return `${read.record.patientId} ${numberOf(read.record.windowStartMs)}`
  })
}

function numberOf(startMs: number): number {
  return (startMs - START_MS) / 10_000
}

async function committed(log: MemoryLog): Promise<number> {
  return (await log.committed()).get(0)?.vitals ?? 0
}

/** Promises have had their turns; no time goes by. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import avro, { type Schema } from 'avsc'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig, PACKAGE_ROOT } from '../../src/config.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import { fingerprint } from '../../src/ingest/fingerprint.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type PatientWindow } from '../../src/reading.ts'
import { MemoryLog } from '../raise/memory-log.ts'
import { readingOf } from '../support/readings.ts'

const START_MS = 1_700_000_000_000
const HOUR_S = 3_600

function stageOn(log: MemoryLog, clock: ManualClock, windows: PatientWindow[] = []): JoinStage {
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
  const conclude = (closed: readonly PatientWindow[]): Promise<typeof answer>[] => {
    windows.push(...closed)
    return closed.map(() => Promise.resolve(answer))
  }
  return new JoinStage({ ...shared, conclude })
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

test('a state that the version before wrote, whose hours are tenths, is gone on from', async () => {
  const clock = new ManualClock(START_MS)
  const log = new MemoryLog(clock, false)
  let s = 0
  const live = async (toS: number, hr: number): Promise<void> => {
    for (; s < toS; s += 10) {
      clock.moveTo(START_MS + s * 1_000)
      const numerics = [{ code: 'hr', value: hr, unit: '/min', validity: 'valid' as const }]
      log.put(ENCODE.reading(readingOf({ eventTimeMs: clock.nowMs(), numerics })))
      assert.ok(await log.deliver(10))
    }
  }
  const first = stageOn(log, clock)
  await first.start()
  // Into the third hour, so that one has gone by of which all windows are here.
  await live(2 * HOUR_S, 97.26)
  await first.stop()
  const written = log.of('join-state').at(-1)
  assert.ok(written)
  log.put({ topic: 'join-state', key: 'p1', value: asBefore(written) })

  const windows: PatientWindow[] = []
  const next = stageOn(log, clock, windows)
  await next.start()
  await live(3 * HOUR_S, 80.03)
  await next.stop()
  const rows = windows.at(-1)?.history.hours ?? new Float32Array()
  const pulse = [3, 2, 1, 0].map((ago) => rows[(HISTORY_HOURS - 1 - ago) * HISTORY_SIGNS])
  assert.deepEqual(pulse.slice(0, 2), [97.3, 97.3].map(Math.fround), 'the hours that were finished before are tenths')
  assert.ok(pulse[2] !== undefined && pulse[2] > 80.03 && pulse[2] < 97.26, `${pulse[2]}`)
  assert.equal(pulse[3], Math.fround(80.03))
})

/** A state in the schema of the version before, without what it did not know. */
function asBefore({ value }: { value: Buffer | null }): Buffer {
  const read = decodeRecord('join-state', value)
  assert.ok(read.ok)
  const type = avro.Type.forSchema(
    JSON.parse(readFileSync(join(PACKAGE_ROOT, 'schemas/avro/past/join-state-2.avsc'), 'utf8')) as Schema,
  )
  return Buffer.concat([
    Buffer.from([0xc3, 0x01]),
    fingerprint(JSON.stringify(type.schema())),
    type.toBuffer(read.record),
  ])
}

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import type { BedSource, DeviceReading, Encode, Publisher } from '../../src/acquire/bed-source.ts'
import { createDemoWard, type DemoWard } from '../../src/acquire/demo-ward.ts'
import { createSimulatedBeds } from '../../src/acquire/simulated-bed.ts'
import { readWardStart } from '../../src/acquire/ward-cursor.ts'
import { ManualClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { decodeRecord, encodeRecord } from '../../src/ingest/avro-codec.ts'
import { type Outbound, TOPIC_OF_MODALITY } from '../../src/reading.ts'
import { SEED } from './simulated-signals.ts'

const NOW_MS = 1_700_000_003_000
const encode: Encode = {
  reading: ({ modality, record }) => ({
    topic: TOPIC_OF_MODALITY[modality],
    key: record.patientId,
    value: encodeRecord(TOPIC_OF_MODALITY[modality], record as never),
  }),
  context: (context) => ({
    topic: 'patient-context',
    key: context.patientId,
    value: encodeRecord('patient-context', context),
  }),
}

class Kept implements Publisher {
  readonly records: Outbound[] = []
  publish(records: readonly Outbound[]): Promise<void> {
    this.records.push(...records)
    return Promise.resolve()
  }
}

interface Running {
  ward: DemoWard
  clock: ManualClock
  startMs: number
  cursorFile: string
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-ward-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'acquire', 'ward.json')
}

async function started(
  cursorFile: string,
  publisher: Publisher,
  nowMs: number,
  change?: (beds: BedSource[]) => BedSource[],
): Promise<Running> {
  const clock = new ManualClock(nowMs)
  const startMs = await readWardStart(cursorFile, clock)
  const beds = createSimulatedBeds({ beds: 8, seed: SEED, startMs })
  const ward = createDemoWard({
    sources: change === undefined ? beds : change(beds),
    clock,
    encode,
    publisher,
    cursorFile,
    startMs,
    clockToleranceMs: 2_000,
    logger: pino({ level: 'silent' }),
  })
  await ward.start()
  return { ward, clock, startMs, cursorFile }
}

/** Moves the clock on as the ward's ticks do, each time until all that is due is published and written down. */
async function run({ ward, clock, cursorFile }: Running, ms: number): Promise<void> {
  await reached(ward, cursorFile, clock.nowMs())
  for (let done = 0; done < ms; done += 250) {
    clock.advance(250)
    await reached(ward, cursorFile, clock.nowMs())
  }
}

/** Every tick brings readings of some bed, so the cursor comes to stand where the clock is. */
async function reached(ward: DemoWard, cursorFile: string, nowMs: number): Promise<void> {
  for (let turn = 0; turn < 5_000; turn++) {
    const text = await readFile(cursorFile, 'utf8').catch(() => '{}')
    if ((JSON.parse(text) as { publishedThroughMs?: number }).publishedThroughMs === nowMs) return
    await sleep(2)
  }
  assert.fail(`the ward stands: ${ward.health().detail}`)
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000; turn++) {
    if (condition()) return
    await sleep(2)
  }
  assert.fail('it never came true')
}

const textOf = ({ topic, value }: Outbound): string => `${topic} ${Buffer.from(value ?? []).toString('base64')}`
const readingsIn = (records: readonly Outbound[]): string[] =>
  records.filter(({ topic }) => topic !== 'patient-context').map(textOf)
const vitalsIn = (records: readonly Outbound[], key: string) =>
  records
    .filter((record) => record.topic === 'vitals' && record.key === key)
    .map(({ value }) => {
      const decoded = decodeRecord('vitals', Buffer.from(value ?? []))
      assert.ok(decoded.ok)
      return decoded.record
    })

async function undisturbed(t: TestContext, ms: number): Promise<Outbound[]> {
  const kept = new Kept()
  const running = await started(await folderOf(t), kept, NOW_MS)
  await run(running, ms)
  await running.ward.stop()
  return kept.records
}

test('a first start says who lies in the beds, then shows what was since a little before now', async (t) => {
  const kept = new Kept()
  const running = await started(await folderOf(t), kept, NOW_MS)
  assert.equal(running.startMs, 1_699_999_990_000)
  await run(running, 2_000)
  assert.deepEqual(new Set(kept.records.slice(0, 8).map(({ topic }) => topic)), new Set(['patient-context']))
  assert.deepEqual(
    new Set(kept.records.map(({ topic }) => topic)),
    new Set(['patient-context', 'vitals', 'heart-audio', 'procedure-video']),
  )
  await until(() => running.ward.health().state === 'running')
  await running.ward.stop()
  await running.ward.stop()
  assert.equal(running.ward.health().state, 'stopped')
})

test('a slow monitor is published in event time, waveforms along with it, and its own time is kept', async (t) => {
  const records = vitalsIn(await undisturbed(t, 5_000), 'demo-07')
  assert.ok(records.length > 10)
  for (const record of records) {
    assert.equal(record.clockOffsetMs, 1_447_000)
    assert.equal(record.eventTimeMs, record.deviceTimeMs + 1_447_000)
    assert.equal(record.waveforms[0]?.startTimeMs, record.eventTimeMs - 1_000)
    assert.ok(record.eventTimeMs <= NOW_MS + 5_000 && record.eventTimeMs > NOW_MS - 14_000)
  }
})

test('a ward killed between publish and cursor loses nothing, and what it doubles is the same bytes', async (t) => {
  const whole = readingsIn(await undisturbed(t, 14_000))
  const cursorFile = await folderOf(t)
  const before: Outbound[] = []
  let hang = false
  const dying: Publisher = {
    publish: (records) => {
      before.push(...records)
      // The records are in the log, and the process never hears of it.
      return hang ? new Promise<void>(() => undefined) : Promise.resolve()
    },
  }
  const first = await started(cursorFile, dying, NOW_MS)
  await run(first, 3_000)
  const cursorAtKill = await readFile(cursorFile, 'utf8')
  hang = true
  const publishedBefore = before.length
  first.clock.advance(1_000)
  await until(() => before.length > publishedBefore)
  assert.equal(await readFile(cursorFile, 'utf8'), cursorAtKill)

  const after = new Kept()
  const second = await started(cursorFile, after, NOW_MS + 8_000)
  assert.equal(second.startMs, first.startMs)
  await run(second, 6_000)
  await second.ward.stop()
  const all = [...readingsIn(before), ...readingsIn(after.records)]
  assert.ok(all.length > whole.length, 'the stretch around the kill is published twice')
  assert.deepEqual([...new Set(all)].sort(), [...whole].sort())
  assert.equal(after.records[0]?.topic, 'patient-context')
})

/** The first bed's monitor is set back half an hour at 12 s after the start of the ward. */
const setBack = (beds: BedSource[]): BedSource[] =>
  beds.map((bed, index) => ({
    patientId: bed.patientId,
    context: () => bed.context(),
    readings: async (fromMs, toMs) => {
      const arrived = await bed.readings(fromMs, toMs)
      if (index > 0) return arrived
      return arrived.map(({ receivedMs, reading }): DeviceReading => {
        if (reading.modality !== 'vitals' || receivedMs < 1_700_000_002_000) return { receivedMs, reading }
        const deviceTimeMs = reading.record.deviceTimeMs - 1_800_000
        return { receivedMs, reading: { ...reading, record: { ...reading.record, deviceTimeMs } } }
      })
    },
  }))

/** Moves the clock on, each time until something is published; what waits for its clock keeps the cursor back meanwhile. */
async function runOn({ clock }: Running, kept: Kept, ms: number): Promise<void> {
  for (let done = 0; done < ms; done += 250) {
    const before = kept.records.length
    clock.advance(250)
    await until(() => kept.records.length > before)
  }
}

test('readings that wait for their clock to be judged are lost by no kill and by no stop', async (t) => {
  const steppedMs = 1_700_000_002_000
  const ofMonitor = (kept: Kept) => vitalsIn(kept.records, 'demo-01')
  const whole = new Kept()
  const undisturbedWard = await started(await folderOf(t), whole, steppedMs - 1_000, setBack)
  await runOn(undisturbedWard, whole, 8_000)
  await reached(undisturbedWard.ward, undisturbedWard.cursorFile, undisturbedWard.clock.nowMs())
  await undisturbedWard.ward.stop()
  for (const { eventTimeMs, deviceTimeMs } of ofMonitor(whole))
    assert.equal(eventTimeMs - deviceTimeMs, eventTimeMs > steppedMs - 100 ? 1_800_000 : 0)

  // Killed, and stopped, a second after the step.
  for (const end of ['killed', 'stopped'] as const) {
    const cursorFile = await folderOf(t)
    const kept = new Kept()
    const first = await started(cursorFile, kept, steppedMs - 1_000, setBack)
    await runOn(first, kept, 2_250)
    const waitingFor = ofMonitor(whole).filter(({ eventTimeMs }) => eventTimeMs > steppedMs - 100)
    assert.ok(
      ofMonitor(kept).every(({ sequence }) => sequence < (waitingFor[0]?.sequence ?? 0)),
      'they wait',
    )
    if (end === 'stopped') {
      await first.ward.stop()
      const last = ofMonitor(kept).at(-1)
      assert.ok(last !== undefined && last.sequence >= (waitingFor[0]?.sequence ?? Infinity), 'a stop publishes them')
    }
    const second = await started(cursorFile, kept, steppedMs + 1_250, setBack)
    await runOn(second, kept, 5_750)
    await second.ward.stop()
    assert.deepEqual(
      new Set(ofMonitor(kept).map(({ sequence }) => sequence)),
      new Set(ofMonitor(whole).map(({ sequence }) => sequence)),
      end,
    )
    if (end === 'killed')
      assert.deepEqual(new Set(readingsIn(kept.records)), new Set(readingsIn(whole.records)), 'and are the same bytes')
  }
})

test('what cannot be published waits, is said, and comes later without loss', async (t) => {
  const whole = readingsIn(await undisturbed(t, 6_000))
  const kept = new Kept()
  let away = false
  const flaky: Publisher = {
    publish: (records) => (away ? Promise.reject(new VigilError('DISK_FULL')) : kept.publish(records)),
  }
  const running = await started(await folderOf(t), flaky, NOW_MS)
  await run(running, 2_000)
  away = true
  running.clock.advance(2_000)
  await until(() => running.ward.health().state === 'degraded')
  assert.match(running.ward.health().detail, /cannot be published/)
  away = false
  running.clock.advance(250)
  await run(running, 1_750)
  await until(() => running.ward.health().state === 'running')
  await running.ward.stop()
  assert.deepEqual(readingsIn(kept.records).sort(), [...whole].sort())
})

test('after more than a minute away the ward skips ahead', async (t) => {
  const cursorFile = await folderOf(t)
  const first = await started(cursorFile, new Kept(), NOW_MS)
  await run(first, 1_000)
  await first.ward.stop()
  const kept = new Kept()
  const laterMs = NOW_MS + 3_600_000
  const second = await started(cursorFile, kept, laterMs)
  await run(second, 1_000)
  await second.ward.stop()
  assert.equal(second.startMs, first.startMs)
  const times = vitalsIn(kept.records, 'demo-08').map(({ eventTimeMs }) => eventTimeMs)
  assert.ok(Math.min(...times) > laterMs - 32_000 && Math.max(...times) > laterMs - 2_000)
})

test('one bed that fails does not silence the others, and it is said', async (t) => {
  const kept = new Kept()
  const running = await started(await folderOf(t), kept, NOW_MS, (beds) =>
    beds.map((one, index) =>
      index === 0
        ? { patientId: one.patientId, context: () => one.context(), readings: () => Promise.reject(new Error('gone')) }
        : one,
    ),
  )
  await run(running, 2_000)
  assert.equal(running.ward.health().detail, 'a bed gives no readings')
  assert.ok(vitalsIn(kept.records, 'demo-02').length > 5)
  await running.ward.stop()
})

test('a cursor that cannot be read or lies in the future begins a new ward', async (t) => {
  const cursorFile = await folderOf(t)
  const running = await started(cursorFile, new Kept(), NOW_MS)
  await run(running, 1_000)
  await running.ward.stop()
  const clock = new ManualClock(NOW_MS - 86_400_000)
  assert.equal(await readWardStart(cursorFile, clock), 1_699_999_990_000 - 86_400_000)
  await writeFile(cursorFile, '{"startMs": 12')
  const again = await started(cursorFile, new Kept(), NOW_MS + 60_000)
  assert.equal(again.startMs, 1_700_000_050_000)
  await again.ward.stop()
})

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import pino from 'pino'
import type { BedSource, DeviceReading } from '../../src/acquire/bed-source.ts'
import { createRecordedBeds } from '../../src/acquire/recorded-bed.ts'
import { SystemClock } from '../../src/clock.ts'
import { RECORDINGS, skip, temporaryFolder } from './recordings.ts'

const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const START_MS = 1_750_000_000_000

const build = (cacheFolder: string): Promise<BedSource[]> =>
  createRecordedBeds({ folder: RECORDINGS ?? '', firstBed: 7, count: 2, startMs: START_MS, cacheFolder, logger })

/** The readings of a stretch, once the media of the bed are decoded. */
async function settled(bed: BedSource, fromMs: number, toMs: number): Promise<readonly DeviceReading[]> {
  for (let tries = 0; tries < 500; tries++) {
    const readings = await bed.readings(fromMs, toMs)
    if (new Set(readings.map(({ reading }) => reading.modality)).size === 3) return readings
    await clock.sleep(20)
  }
  throw new Error('the media of the bed were never decoded')
}

test(
  'a recorded bed sends all three streams, the same for any split of time and after a restart',
  { skip },
  async () => {
    const cache = temporaryFolder()
    const [bed, other] = await build(cache)
    assert.ok(bed !== undefined && other !== undefined)
    const [from, to] = [START_MS + 55_000, START_MS + 75_000]
    const whole = await settled(bed, from, to)
    const counts = { vitals: 0, pcg: 0, video: 0 }
    let last = 0
    for (const { receivedMs, reading } of whole) {
      counts[reading.modality]++
      assert.ok(receivedMs >= from && receivedMs < to && receivedMs >= last)
      assert.ok(reading.record.eventTimeMs <= receivedMs, 'nothing comes before it happened')
      assert.equal(reading.record.clockOffsetMs, 0)
      assert.equal(reading.record.generationMode, 'demo')
      last = receivedMs
    }
    assert.deepEqual(counts, { vitals: 20, pcg: 20, video: 20 })
    const parts: DeviceReading[] = []
    for (let at = from; at < to; at += 370) parts.push(...(await bed.readings(at, Math.min(to, at + 370))))
    assert.deepEqual(parts, whole)

    assert.ok(readdirSync(cache).some((name) => name.endsWith('.loop')))
    const [again] = await build(cache)
    assert.ok(again !== undefined)
    assert.deepEqual(await settled(again, from, to), whole)
    assert.notDeepEqual(
      (await settled(other, from, to)).map(({ receivedMs }) => receivedMs),
      whole.map(({ receivedMs }) => receivedMs),
    )
  },
)

test('sequences count the seconds since the ward began, through every seam of the loop', { skip }, async () => {
  const [bed] = await build(temporaryFolder())
  assert.ok(bed !== undefined)
  const hour = START_MS + 3_600_000
  for (const { reading, receivedMs } of await settled(bed, hour, hour + 30_000)) {
    const { sequence, eventTimeMs } = reading.record
    assert.equal(sequence, Math.floor((eventTimeMs - START_MS) / 1000))
    assert.ok(receivedMs - eventTimeMs < 1100)
    if (reading.modality !== 'vitals') continue
    assert.ok(reading.record.waveforms.some(({ code }) => code === 'ecg'))
    assert.ok(reading.record.numerics.some(({ code }) => code === 'hr'))
    for (const { startTimeMs } of reading.record.waveforms) assert.equal(startTimeMs, eventTimeMs)
  }
  assert.deepEqual(await bed.readings(START_MS - 60_000, START_MS), [], 'nothing came before the ward began')
})

test('the context says that it is a replay and guesses nothing of the patient', { skip }, async () => {
  const [bed] = await build(temporaryFolder())
  const context = bed?.context()
  assert.equal(bed?.patientId, 'demo-07')
  assert.equal(context?.bedId, 'Bed 7')
  assert.equal(context?.generationMode, 'demo')
  assert.match(context?.notes.join(' ') ?? '', /Recordings/)
  assert.equal(context?.consciousness, null)
  await bed?.readings(0, 1)
})

test('a folder without recordings gives no beds', async () => {
  const folder = temporaryFolder()
  const options = { folder, firstBed: 1, count: 2, startMs: 0, cacheFolder: folder, logger }
  assert.deepEqual(await createRecordedBeds(options), [])
})

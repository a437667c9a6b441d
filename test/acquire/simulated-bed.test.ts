import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSimulatedBeds } from '../../src/acquire/simulated-bed.ts'
import {
  bed,
  chunksOf,
  cut,
  framesOf,
  inBand,
  numericOf,
  peaksMs,
  readingsOf,
  rootMeanSquare,
  SEED,
  soundOf,
  START_MS,
  troughMs,
  vitalsOf,
  waveformOf,
} from './simulated-signals.ts'

test('any way of cutting a stretch gives the same readings, also from a bed made anew', async () => {
  for (const number of [1, 3, 7]) {
    const whole = await readingsOf(bed(number), 38, 58)
    assert.ok(whole.length > 55)
    for (const cuts of [
      [38, 40, 58],
      [38, 38.001, 45.25, 45.251, 52.9, 58],
    ]) {
      // prettier-ignore
      const source = bed(number)
      await readingsOf(source, 300, 302)
      const parts = []
      for (const [at, fromS] of cuts.slice(0, -1).entries())
        parts.push(...(await readingsOf(source, fromS, cuts[at + 1] ?? 58)))
      assert.deepEqual(parts, whole)
    }
  }
})

test('another seed gives other waveforms', async () => {
  assert.notDeepEqual(await vitalsOf(bed(8), 5, 7), await vitalsOf(bed(8, SEED + 1), 5, 7))
})

test('the heart rate counted from R peaks is the numeric within 2 /min', async () => {
  for (const number of [1, 2, 8]) {
    const records = await vitalsOf(bed(number), 10, 60)
    const peaks = peaksMs(waveformOf(records, 'ecg'))
    for (const record of records.slice(15)) {
      const inside = peaks.filter((peak) => peak > record.deviceTimeMs - 9_000 && peak <= record.deviceTimeMs)
      const counted = ((inside.length - 1) * 60_000) / ((inside.at(-1) ?? NaN) - (inside[0] ?? NaN))
      const shown = numericOf(record, 'hr') ?? NaN
      assert.ok(Math.abs(counted - shown) <= 2, `bed ${number}: ${counted} counted, ${shown} shown`)
    }
  }
})

test('the first heart sound and the arterial foot follow each R peak', async () => {
  const source = bed(8)
  const records = await vitalsOf(source, 10, 40)
  // In the band of the sound, where less of the stethoscope's noise is.
  const sound = inBand(soundOf(await chunksOf(source, 10, 40)), 35, 110)
  const abp = waveformOf(records, 'abp')
  const peaks = peaksMs(waveformOf(records, 'ecg')).filter(
    (peak) => peak > START_MS + 12_000 && peak < START_MS + 37_000,
  )
  assert.ok(peaks.length > 20)
  for (const peak of peaks) {
    const quiet = rootMeanSquare(cut(sound, peak - 200, peak - 20).values)
    const loud = rootMeanSquare(cut(sound, peak + 35, peak + 75).values)
    assert.ok(loud > 8 * quiet, `S1 ${loud} after ${quiet}`)
    const footMs = troughMs(cut(abp, peak - 50, peak + 350)) - peak
    assert.ok(footMs >= 100 && footMs <= 200, `foot ${footMs} ms after R`)
  }
})

test('a murmur fills systole, and only where it is scripted', async () => {
  const ratio = async (number: number): Promise<number> => {
    const source = bed(number)
    const sound = inBand(soundOf(await chunksOf(source, 10, 30)), 120, 420)
    const peaks = peaksMs(waveformOf(await vitalsOf(source, 10, 30), 'ecg')).slice(3, -3)
    const systole = peaks.flatMap((peak) => cut(sound, peak + 190, peak + 290).values)
    const diastole = peaks.flatMap((peak) => cut(sound, peak - 220, peak - 60).values)
    return rootMeanSquare(systole) / rootMeanSquare(diastole)
  }
  // Diastole has the noise of a stethoscope, which systole without a murmur has alike.
  assert.ok((await ratio(6)) > 6)
  assert.ok((await ratio(8)) < 1.5)
})

test('the first bed falls below 90 and 85 % SpO2 in the first 25 s, and again in the next cycle', async () => {
  const source = bed(1)
  for (const roundS of [0, 600]) {
    const records = await vitalsOf(source, roundS, roundS + 50)
    const firstBelow = (limit: number): number =>
      ((records.find((record) => (numericOf(record, 'spo2') ?? 100) < limit)?.eventTimeMs ?? Infinity) - START_MS) /
      1_000
    assert.ok(firstBelow(90) - roundS <= 10, `below 90 at ${firstBelow(90)} s`)
    assert.ok(firstBelow(85) - roundS <= 25, `below 85 at ${firstBelow(85)} s`)
  }
})

test('electrodes off: no heart rate, no ECG, but pleth goes on', async () => {
  const [record] = await vitalsOf(bed(4), 80, 81.2)
  assert.deepEqual(
    record?.numerics.find(({ code }) => code === 'hr'),
    { code: 'hr', value: null, unit: '/min', validity: 'not_available' },
  )
  assert.notEqual(numericOf(record, 'pr'), null)
  const stretch = (code: string) => record?.waveforms.find((waveform) => waveform.code === code)
  assert.equal(stretch('ecg')?.validity, 'not_available')
  assert.equal(stretch('ecg')?.samples.readInt16LE(0), -32_768)
  assert.equal(stretch('pleth')?.validity, 'valid')
})

test('movement makes numerics questionable and invalid, and never quietly wrong', async () => {
  const moved = (await vitalsOf(bed(3), 41, 104)).flatMap(({ numerics }) =>
    numerics.filter(({ code }) => code === 'spo2'),
  )
  const validities = new Set(moved.map(({ validity }) => validity))
  assert.ok(validities.has('questionable') && validities.has('invalid'), [...validities].join())
  for (const { value, validity } of moved) if (validity === 'valid') assert.ok((value ?? 0) >= 95)
})

test('a silent feed sends nothing and uses no numbers; a resting one sends heartbeats', async () => {
  const silent = await chunksOf(bed(5), 85, 190)
  assert.ok(silent.every(({ deviceTimeMs }) => deviceTimeMs < START_MS + 91_000 || deviceTimeMs > START_MS + 179_000))
  silent.forEach((chunk, at) => assert.equal(chunk.sequence, (silent[0]?.sequence ?? NaN) + at))
  const resting = await chunksOf(bed(5), 253, 298)
  assert.equal(resting.length, 45)
  assert.ok(
    resting.every(({ heartbeat, sampleCount, samples }) => heartbeat && sampleCount === 0 && samples.length === 0),
  )
  assert.deepEqual(await framesOf(bed(6), 123, 198), [])
  assert.deepEqual(await vitalsOf(bed(4), 503, 543), [])
})

test('frames are small JPEGs that move', async () => {
  const frames = await framesOf(bed(2), 10, 15)
  assert.equal(frames.length, 5)
  assert.equal(new Set(frames.map(({ jpeg }) => jpeg.toString('base64'))).size, 5)
  for (const { jpeg } of frames) {
    assert.ok(jpeg.length < 15_000)
    assert.equal(jpeg.readUInt16BE(0), 0xffd8)
  }
})

test('the well bed stays inside ordinary limits for a whole cycle', async () => {
  for (const record of await vitalsOf(bed(8), 2, 602)) {
    const within = (code: string, low: number, high: number): void => {
      const value = numericOf(record, code) ?? NaN
      assert.ok(value >= low && value <= high, `${code} ${value}`)
    }
    within('hr', 51, 100)
    within('spo2', 96, 100)
    within('rr', 10, 20)
    within('abp_mean', 70, 105)
  }
})

test('beds beyond the eighth repeat scripts as patients of their own', async () => {
  const beds = createSimulatedBeds({ beds: 17, seed: SEED, startMs: START_MS })
  assert.equal(new Set(beds.map(({ patientId }) => patientId)).size, 17)
  assert.equal(new Set(beds.flatMap((one) => one.context().deviceIds)).size, 51)
  const [first, ninth] = [beds[0], beds[8]]
  assert.ok(first !== undefined && ninth !== undefined)
  assert.equal(ninth.context().diagnosis, first.context().diagnosis)
  assert.notDeepEqual((await vitalsOf(ninth, 5, 7))[0]?.numerics, (await vitalsOf(first, 5, 7))[0]?.numerics)
})

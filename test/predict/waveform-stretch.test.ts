import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  placedWaveforms,
  STRETCH_PLACES,
  STRETCH_SAMPLES,
  type WaveformStretch,
} from '../../src/predict/waveform-stretch.ts'
import { cases } from '../support/cases.ts'

const END_MS = 1_700_000_060_000
const BASE_MS = END_MS - 60_000

test('a minute of two leads, pressure and pleth is four places of 7,500', () => {
  const { waveforms, mask } = placedWaveforms(
    ['V', 'ART', 'II', 'RESP', 'PLETH'].map((label) => minute(label, 125)),
    END_MS,
  )
  assert.deepEqual([waveforms.length, mask.length], [30_000, 30_000])
  assert.ok(mask.every((value) => value === 1))
})

test('leads come in the order in which a monitor shows them, two of them', () => {
  for (const [labels, first, second] of [
    [['V', 'II'], 'II', 'V'],
    [['aVF', 'MCL', 'III'], 'MCL', 'III'],
    [['ecg_v5', 'ecg', 'resp'], 'ecg', 'ecg_v5'],
    [['ECG aVR', 'ECG I'], 'ECG I', 'ECG aVR'],
  ] as const) {
    const stretches = labels.map((label) => minute(label, 125))
    const of = (label: string): Float32Array => place(placedWaveforms([minute(label, 125)], END_MS).waveforms, 0)
    const { waveforms } = placedWaveforms(stretches, END_MS)
    assert.deepEqual([place(waveforms, 0), place(waveforms, 1)], [of(first), of(second)])
  }
})

for (const rateHz of [62.5, 250, 360, 500, 1_000])
  test(`${rateHz} Hz gives what 125 Hz gives`, () => {
    const asked = place(placedWaveforms([minute('PLETH', rateHz)], END_MS).waveforms, 3)
    const expected = place(placedWaveforms([minute('PLETH', 125)], END_MS).waveforms, 3)
    // Beyond the ends the wave is held, at 125 Hz it need not be: as far as the filter reaches they may differ a little.
    const reach = rateHz < 125 ? 20 : 10
    for (let at = 0; at < STRETCH_SAMPLES; at++) {
      const tolerance = at < reach || at >= STRETCH_SAMPLES - reach ? 0.15 : 3e-3
      assert.ok(Math.abs((asked[at] ?? NaN) - (expected[at] ?? NaN)) < tolerance, `sample ${at}`)
    }
  })

test('an almost whole rate is that rate', () => {
  const asked = placedWaveforms([minute('II', 249.98)], END_MS).mask
  assert.ok(asked.subarray(0, STRETCH_SAMPLES - 2).every((value) => value === 1))
})

test('what lacks is 0 in the mask and a line in the wave, the ends held', () => {
  //            0       20 s ---- 30 s        50 s - 60 s
  const whole = minute('ABP', 250)
  const samples = Float32Array.from(whole.samples, (value, at) => {
    const second = at / 250
    return second < 5 || (second >= 20 && second < 30) || second >= 50 ? NaN : value
  })
  const { waveforms, mask } = placedWaveforms([{ ...whole, samples }], END_MS)
  const wave = place(waveforms, 2)
  const there = place(mask, 2)
  assert.deepEqual([there[10 * 125], there[25 * 125], there[55 * 125], there[5 * 125 - 1]], [1, 0, 0, 0])
  assert.equal(
    there.reduce((sum, value) => sum + value, 0),
    35 * 125,
  )
  for (let at = 21 * 125; at < 29 * 125; at++) {
    const bend = (wave[at - 1] ?? NaN) - 2 * (wave[at] ?? NaN) + (wave[at + 1] ?? NaN)
    assert.ok(Math.abs(bend) < 1e-4, `sample ${at}`)
  }
  assert.ok(Math.abs((wave[0] ?? NaN) - (wave[4 * 125] ?? NaN)) < 1e-5)
  assert.ok(Math.abs((wave[52 * 125] ?? NaN) - (wave[7_499] ?? NaN)) < 1e-5)
})

test('a minute in pieces, in any order and partly twice, is the minute', () => {
  const whole = minute('II', 250)
  const expected = placedWaveforms([whole], END_MS)
  const pieces = Array.from({ length: 12 }, (_, piece) => part(whole, piece * 5, piece * 5 + 6))
  const shuffled = fc.shuffledSubarray(pieces, { minLength: pieces.length })
  fc.assert(
    fc.property(shuffled, (given) => assert.deepEqual(placedWaveforms(given, END_MS), expected)),
    cases(5),
  )
})

test('only what lies in the minute counts', () => {
  const { mask } = placedWaveforms([{ ...minute('II', 125), startMs: BASE_MS + 50_000 }], END_MS)
  const there = place(mask, 0)
  assert.deepEqual([there[6_249], there[6_250], there[7_499]], [0, 1, 1])
  const old = placedWaveforms([{ ...minute('II', 125), startMs: BASE_MS - 120_000 }], END_MS)
  assert.ok(old.mask.every((value) => value === 0))
})

test('nothing, unknown labels, an ECG too slow to show a QRS and no finite sample are all nothing', () => {
  for (const stretches of [
    [],
    [minute('CVP', 125)],
    [minute('II', 62.5)],
    [minute('PLETH', 10)],
    [minute('II', 0)],
    [{ ...minute('II', 125), samples: new Float32Array(7_500).fill(NaN) }],
  ]) {
    const { waveforms, mask } = placedWaveforms(stretches, END_MS)
    assert.ok(waveforms.every((value) => value === 0) && mask.every((value) => value === 0))
  }
})

test('microvolts and kilopascals become millivolts and millimetres of mercury', () => {
  const same = (label: string, unit: string, factor: number, at: number): void => {
    const known = minute(label, 125)
    const samples = Float32Array.from(known.samples, (value) => value / factor)
    const asked = place(placedWaveforms([{ ...known, unit, samples }], END_MS).waveforms, at)
    const expected = place(placedWaveforms([known], END_MS).waveforms, at)
    assert.ok(asked.every((value, index) => Math.abs(value - (expected[index] ?? NaN)) < 1e-3))
  }
  same('II', 'uV', 1e-3, 0)
  same('ABP', 'kPa', 7.50062, 2)
})

test('the wave is what scipy resample_poly(wave, 1, 2, padtype="edge") gives', () => {
  // wave: sin(0.3 n) + 0.5 cos(1.1 n) + 2 for n = 0..14999
  const samples = Float64Array.from({ length: 15_000 }, (_, n) => Math.sin(0.3 * n) + 0.5 * Math.cos(1.1 * n) + 2)
  const wave = place(placedWaveforms([{ ...minute('II', 250), samples }], END_MS).waveforms, 0)
  for (const [at, value] of SCIPY) assert.ok(Math.abs((wave[at] ?? NaN) - value) < 1e-5, `sample ${at}: ${wave[at]}`)
})

const SCIPY = [
  [0, 2.548964],
  [1, 2.281213],
  [9, 1.517492],
  [3_000, 1.689866],
  [3_001, 1.620754],
  [7_490, 2.528248],
  [7_498, 1.711082],
  [7_499, 2.488771],
] as const

/** A minute of a pulse with a dicrotic notch at 75 beats a minute; each label a little different. */
function minute(label: string, sampleRateHz: number): WaveformStretch {
  const shift = label.length + (label.codePointAt(0) ?? 0) / 100
  const beat = (seconds: number): number => {
    const phase = 2 * Math.PI * (seconds * 1.25 + shift)
    return 10 + Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.2 * Math.cos(3 * phase)
  }
  const samples = Float32Array.from({ length: 60 * sampleRateHz }, (_, at) => beat(at / sampleRateHz))
  return { label, unit: '', startMs: BASE_MS, sampleRateHz, samples }
}

function part(whole: WaveformStretch, fromS: number, toS: number): WaveformStretch {
  const samples = Float32Array.from(whole.samples).subarray(fromS * whole.sampleRateHz, toS * whole.sampleRateHz)
  return { ...whole, samples, startMs: whole.startMs + fromS * 1_000 }
}

function place(values: Float32Array, at: number): Float32Array {
  assert.ok(at < STRETCH_PLACES.length)
  return values.slice(at * STRETCH_SAMPLES, (at + 1) * STRETCH_SAMPLES)
}

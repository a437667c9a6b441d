import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rationalRatio, type Ratio, reachOf, resample, resampledLength } from '../../src/predict/resampler.ts'
import { cases } from '../support/cases.ts'
import { referenceResampled } from './reference-resampler.ts'

/** scipy 1.17 `resample_poly(sin(0.3 n) + 0.5 cos(1.1 n), up, down)`: length, samples 0-5, samples 10-13. */
const SCIPY = [
  {
    up: 1,
    down: 2,
    given: 64,
    length: 32,
    first: [0.424028, 0.314628, 0.750919, 1.467579, 0.257779, 0.151205],
    later: [-0.779692, 0.609532, 0.943189, 0.524514],
  },
  {
    up: 1,
    down: 4,
    given: 64,
    length: 16,
    first: [0.185267, 0.879731, 0.703085, -0.459351, -0.985703, -0.286585],
    later: [-0.53789, 0.594344, 0.962577, 0.112874],
  },
  {
    up: 10,
    down: 441,
    given: 2_000,
    length: 46,
    first: [0.082238, -0.001139, 0.000387, -0.000169, 0.000123, -8.1e-5],
    later: [1.6e-5, 3.8e-5, 4.4e-5, 3.1e-5],
  },
]

for (const { up, down, given, length, first, later } of SCIPY)
  test(`${up}/${down} gives what the training data was made with`, () => {
    const input = Float32Array.from({ length: given }, (_, n) => Math.sin(0.3 * n) + 0.5 * Math.cos(1.1 * n))
    const output = resampled(input, { up, down })
    assert.equal(output.length, length)
    for (const [from, expected] of [
      [0, first],
      [10, later],
    ] as const)
      for (const [index, value] of expected.entries())
        assert.ok(Math.abs((output[from + index] ?? NaN) - value) < 2e-6, `sample ${from + index}`)
  })

for (const rateHz of [2_000, 4_000, 8_000, 44_100])
  test(`from ${rateHz} Hz the band of murmurs passes and what would fold into it does not`, () => {
    for (const hz of [20, 100, 200, 400])
      assert.ok(Math.abs(gainDb(rateHz, hz)) < 0.5, `${hz} Hz: ${gainDb(rateHz, hz)} dB`)
    for (const hz of [600, 700, 900]) assert.ok(gainDb(rateHz, hz) < -40, `${hz} Hz: ${gainDb(rateHz, hz)} dB`)
  })

test('1 kHz is left as it is', () => {
  const input = Float32Array.of(1, -0.5, 0.25, 0.3, 0)
  assert.deepEqual(resampled(input, { up: 1, down: 1 }), input)
})

const noise = (length: number): fc.Arbitrary<Float32Array> =>
  fc.float32Array({ minLength: length, maxLength: length, min: -1, max: 1, noNaN: true })

/** Rates that devices have, and rates that ask for hundreds of phases. */
const someRateHz = fc.oneof(
  fc.constantFrom(1_000, 2_000, 3_000, 4_000, 8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000),
  fc.integer({ min: 10, max: 960 }).map((hundreds) => hundreds * 100),
  fc.integer({ min: 40, max: 3_840 }).map((quarters) => quarters * 25),
)

test('any rate, length and part of the output is what the definition gives', () => {
  const sound = fc.integer({ min: 1, max: 900 }).chain(noise)
  fc.assert(
    fc.property(someRateHz, sound, fc.nat(), fc.nat(), (rateHz, input, from, length) => {
      const ratio = ratioOf(rateHz)
      const expected = referenceResampled(input, ratio.up, ratio.down)
      const first = from % expected.length
      const output = resampled(input, ratio, first, 1 + (length % (expected.length - first)))
      for (const [index, value] of output.entries())
        assert.ok(Math.abs(value - (expected[first + index] ?? NaN)) < 1e-6, `sample ${first + index} of ${rateHz} Hz`)
    }),
    cases(300),
  )
})

for (const rateHz of [1_001, 44_101, 95_999])
  test(`an odd rate, ${rateHz} Hz, is what the definition gives`, () => {
    const ratio = ratioOf(rateHz)
    const input = Float32Array.from({ length: rateHz >> 3 }, (_, n) => Math.sin(n * n))
    const expected = referenceResampled(input, ratio.up, ratio.down)
    const output = resampled(input, ratio)
    assert.equal(output.length, expected.length)
    assert.ok(output.every((value, index) => Math.abs(value - (expected[index] ?? NaN)) < 1e-6))
  })

test('rates are whole hertz', () => {
  assert.deepEqual(rationalRatio(44_100, 1_000), { up: 10, down: 441 })
  assert.equal(rationalRatio(1_000.5, 1_000), null)
  assert.equal(rationalRatio(0, 1_000), null)
})

/** Of a sine, away from the ends. */
function gainDb(rateHz: number, hz: number): number {
  const ratio = ratioOf(rateHz)
  const input = Float32Array.from({ length: rateHz }, (_, n) => Math.sin((2 * Math.PI * hz * n) / rateHz))
  const middle = resampled(input, ratio).subarray(100, 900)
  const power = middle.reduce((sum, value) => sum + value * value, 0) / middle.length
  return 10 * Math.log10(power * 2 + 1e-30)
}

function ratioOf(rateHz: number): Ratio {
  const ratio = rationalRatio(rateHz, 1_000)
  assert.ok(ratio !== null)
  return ratio
}

/** So many samples from number `first` on; all of them unless it is said. */
function resampled(input: Float32Array, ratio: Ratio, first = 0, length?: number): Float32Array {
  const reach = reachOf(ratio)
  const padded = new Float64Array(input.length + 2 * reach)
  padded.set(input, reach)
  const output = new Float32Array(length ?? resampledLength(input.length, ratio) - first)
  resample(padded, ratio, output, first)
  return output
}

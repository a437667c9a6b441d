import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fft, FFT_SIZE, spectrogram } from '../../dashboards/ward/spectrogram.ts'

const sine = (hz: number, sampleRateHz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: sampleRateHz * seconds }, (_, index) =>
    Math.sin((2 * Math.PI * hz * index) / sampleRateHz),
  )

test('a sine is strongest at its own frequency, in every column', () => {
  for (const [hz, sampleRateHz] of [
    [100, 2_000],
    [440, 4_000],
    [700, 4_000],
  ] as const) {
    const { columns, bins, levels, topHz } = spectrogram(sine(hz, sampleRateHz, 2), sampleRateHz, 20)
    for (let column = 1; column < columns - 1; column++) {
      const own = [...levels.subarray(column * bins, (column + 1) * bins)]
      const strongest = own.indexOf(Math.max(...own))
      const found = (strongest * sampleRateHz) / FFT_SIZE
      assert.ok(Math.abs(found - hz) <= sampleRateHz / FFT_SIZE, `${hz} Hz found at ${found}`)
      assert.ok((own[strongest] ?? 0) > 0.95)
      // Three bins away the window lets little through.
      assert.ok((own[strongest + 4] ?? 0) < 0.5)
    }
    assert.ok(topHz >= 800 && topHz < 850, `${topHz} Hz`)
  }
})

test('where samples are missing there is no spectrum, and beside them there is', () => {
  const samples = sine(200, 2_000, 4)
  samples.fill(NaN, 3_000, 5_000)
  const { bins, levels } = spectrogram(samples, 2_000, 8)
  const known = Array.from({ length: 8 }, (_, column) => !Number.isNaN(levels[column * bins]))
  assert.deepEqual(known, [true, true, true, false, false, true, true, true])
})

test('the transform is that of its definition', () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 16, maxLength: 16 }), (values) => {
      const [real, imaginary] = [Float64Array.from(values), new Float64Array(16)]
      fft(real, imaginary)
      for (let bin = 0; bin < 16; bin++) {
        const angle = (index: number): number => (-2 * Math.PI * bin * index) / 16
        const [x, y] = values.reduce(
          ([a, b], sample, index) => [a + sample * Math.cos(angle(index)), b + sample * Math.sin(angle(index))],
          [0, 0] as [number, number],
        )
        assert.ok(Math.abs((real[bin] ?? 0) - x) < 1e-9 && Math.abs((imaginary[bin] ?? 0) - y) < 1e-9)
      }
    }),
    { seed: 11, numRuns: 50 },
  )
})

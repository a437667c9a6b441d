import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VitalsReading } from '../../src/records.ts'
import { bed, numericOf, peaksMs, type Samples, vitalsOf, waveformOf } from './simulated-signals.ts'

/** Pulses a minute, by the rises of the arterial pressure. */
function pulseRate({ timesMs, values }: Samples): number {
  // Above the dicrotic wave.
  const level = Math.min(...values) + 0.7 * (Math.max(...values) - Math.min(...values))
  const rises = timesMs.filter((_, at) => (values[at - 1] ?? Infinity) < level && (values[at] ?? 0) >= level)
  return ((rises.length - 1) * 60_000) / ((rises.at(-1) ?? NaN) - (rises[0] ?? NaN))
}

function mean(records: readonly VitalsReading[], code: string): number {
  return records.reduce((sum, record) => sum + (numericOf(record, code) ?? NaN), 0) / records.length
}

test('the second bed has a tachycardia above 140 that ECG, pulse and pressure agree on, in every round', async () => {
  for (const roundS of [0, 600]) {
    const records = await vitalsOf(bed(2), roundS + 345, roundS + 395)
    for (const record of records) assert.ok((numericOf(record, 'hr') ?? 0) > 140)
    const peaks = peaksMs(waveformOf(records, 'ecg'))
    const counted = ((peaks.length - 1) * 60_000) / ((peaks.at(-1) ?? NaN) - (peaks[0] ?? NaN))
    for (const rate of [counted, pulseRate(waveformOf(records, 'abp')), mean(records, 'pr')])
      assert.ok(Math.abs(rate - mean(records, 'hr')) < 2, `${rate} beside ${mean(records, 'hr')}`)
  }
})

test('the fourth bed has a tachycardia by a loose electrode alone: pulse and pressure go on, in every round', async () => {
  for (const roundS of [0, 600]) {
    const records = await vitalsOf(bed(4), roundS + 190, roundS + 228)
    for (const { numerics, waveforms } of records) {
      const rate = numerics.find(({ code }) => code === 'hr')
      assert.ok((rate?.value ?? 0) > 140 && rate?.validity === 'valid')
      for (const { code, validity } of waveforms) assert.equal(validity, 'valid', code)
    }
    const jolts = peaksMs(waveformOf(records, 'ecg')).length / records.length
    assert.ok(60 * jolts > 140, `${60 * jolts} jolts and beats a minute`)
    for (const rate of [pulseRate(waveformOf(records, 'abp')), mean(records, 'pr')])
      assert.ok(rate > 90 && rate < 106, `${rate}`)
  }
})

test('the rate that a loose electrode gives comes and goes as a monitor counts: over seconds', async () => {
  const records = await vitalsOf(bed(4), 178, 240)
  const rates = records.map((record) => numericOf(record, 'hr') ?? NaN)
  for (const [at, rate] of rates.entries()) assert.ok(Math.abs(rate - (rates[at - 1] ?? rate)) < 15)
  for (const ends of [rates[0], rates.at(-1)]) assert.ok((ends ?? NaN) < 106)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vitalsSummary, VITALS_SUMMARY_LENGTH } from '../../src/predict/vitals-summary.ts'
import { HISTORY_HOURS, HISTORY_SIGNS } from '../../src/reading.ts'

test('last, least, most and mean of each sign over the hours that are known, and nothing where none is', () => {
  const hours = new Float32Array(HISTORY_HOURS * HISTORY_SIGNS).fill(NaN)
  const pulses = [90, 70, 80]
  pulses.forEach((pulse, index) => (hours[(HISTORY_HOURS - 4 + index) * HISTORY_SIGNS] = pulse))
  hours[(HISTORY_HOURS - 1) * HISTORY_SIGNS + 6] = 18
  const summary = vitalsSummary(hours)
  assert.equal(summary.length, VITALS_SUMMARY_LENGTH)
  assert.deepEqual([...summary.slice(0, 8)], [80, 70, 90, 80, 18, 18, 18, 18])
  assert.ok(summary.slice(8).every((value) => Number.isNaN(value)))
})

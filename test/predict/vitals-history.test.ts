import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aboutPerson,
  copyHistory,
  HISTORY_HOURS,
  hourlyMedians,
  vitalsHistory,
} from '../../src/predict/vitals-history.ts'

const HOUR_MS = 3_600_000
const NOW_MS = 1_000 * HOUR_MS
const CHANNELS = ['HR', 'Temp']

/** Of the row so many hours before the last. */
function cell(history: Float32Array, hoursAgo: number, column: number, channels: number): number {
  return history[(HISTORY_HOURS - 1 - hoursAgo) * channels + column] ?? NaN
}

test('an hour has the median of its values, the last row ends now and includes it', () => {
  // ... -2 h ) ( -2 h   90   -1 h ] ( -1 h   70 100 80   now ]
  const history = hourlyMedians(
    [
      { timeMs: NOW_MS, channel: 'HR', value: 80 },
      { timeMs: NOW_MS - 1, channel: 'HR', value: 100 },
      { timeMs: NOW_MS - HOUR_MS + 1, channel: 'HR', value: 70 },
      { timeMs: NOW_MS - HOUR_MS, channel: 'HR', value: 90 },
      { timeMs: NOW_MS - 1.5 * HOUR_MS, channel: 'Temp', value: 37 },
      { timeMs: NOW_MS - 1.6 * HOUR_MS, channel: 'Temp', value: 38 },
    ],
    CHANNELS,
    NOW_MS,
  )
  assert.equal(history.length, HISTORY_HOURS * 2)
  assert.equal(cell(history, 0, 0, 2), 80)
  assert.equal(cell(history, 1, 0, 2), 90)
  assert.equal(cell(history, 1, 1, 2), 37.5)
  assert.equal(history.filter((value) => !Number.isNaN(value)).length, 3)
})

test('what is later than now, older than 48 h, not a number or of another channel is left out', () => {
  const history = hourlyMedians(
    [
      { timeMs: NOW_MS + 1, channel: 'HR', value: 80 },
      { timeMs: NOW_MS - HISTORY_HOURS * HOUR_MS, channel: 'HR', value: 80 },
      { timeMs: NOW_MS, channel: 'HR', value: NaN },
      { timeMs: NOW_MS, channel: 'CVP', value: 8 },
    ],
    CHANNELS,
    NOW_MS,
  )
  assert.ok(history.every(Number.isNaN))
})

test('an arterial line stands before a cuff in its hour, a cuff where there is no line, and nonsense nowhere', () => {
  const history = vitalsHistory(
    [
      { timeMs: NOW_MS, channel: 'nbp_sys', value: 140 },
      { timeMs: NOW_MS, channel: 'abp_sys', value: 120 },
      { timeMs: NOW_MS - HOUR_MS, channel: 'nbp_sys', value: 130 },
      { timeMs: NOW_MS - HOUR_MS, channel: 'abp_sys', value: 999 },
      { timeMs: NOW_MS, channel: 'pr', value: 77 },
      { timeMs: NOW_MS, channel: 'spo2', value: 97 },
      { timeMs: NOW_MS, channel: 'st_ii', value: 0.1 },
    ],
    NOW_MS,
  )
  assert.deepEqual([...history.slice(-8)], [77, 97, NaN, 120, NaN, NaN, NaN, NaN])
  assert.equal(cell(history, 1, 3, 8), 130)
})

test('an hourly table gives the same history as its cells as measurements', () => {
  const rows = Array.from({ length: 60 }, (_, hour) =>
    Float32Array.of(hour % 7 === 0 ? NaN : 60 + hour, hour % 3 === 0 ? 36 + hour / 50 : NaN, 5),
  )
  for (const at of [0, 5, 59]) {
    const copied = new Float32Array(3 + HISTORY_HOURS * 2)
    copyHistory(rows, at, 2, copied, 3)
    const measurements = rows.flatMap((row, hour) =>
      CHANNELS.map((channel, column) => ({
        timeMs: NOW_MS + (hour - at) * HOUR_MS,
        channel,
        value: row[column] ?? NaN,
      })),
    )
    assert.deepEqual(copied.subarray(3), hourlyMedians(measurements, CHANNELS, NOW_MS))
  }
})

test('a band of age is its middle, and what is not known is not a number', () => {
  assert.deepEqual(aboutPerson({ ageBand: '60-69', sex: 'male' }), Float32Array.of(65, 1))
  assert.deepEqual(aboutPerson({ ageBand: '90', sex: 'female' }), Float32Array.of(90, 0))
  assert.deepEqual(aboutPerson({ ageBand: '', sex: 'unknown' }), Float32Array.of(NaN, NaN))
})

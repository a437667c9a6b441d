import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HourlyVitals } from '../../src/join/hourly-vitals.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type Signals } from '../../src/reading.ts'
import { numeric, vitals } from '../predict/windows.ts'
import { readingsOf } from '../support/window-readings.ts'

const HOUR_MS = 3_600_000
const [PULSE, SPO2, , SBP] = [0, 1, 2, 3]

test('a finished hour is the mean of its windows, the hour that runs is as it is now', () => {
  const hourly = new HourlyVitals(null)
  hourly.add(0, signals({ hr: 60 }))
  hourly.add(10_000, signals({ hr: 71 }))
  const rows = hourly.add(HOUR_MS, signals({ hr: 90 })).hours
  assert.deepEqual([at(rows, 1, PULSE), at(rows, 0, PULSE)], [65.5, 90])
  assert.ok(Number.isNaN(at(rows, 2, PULSE)), 'before the first window nothing is known')
})

test('what is measured now and then stands for the rest of its hour, and no longer', () => {
  const hourly = new HourlyVitals(null)
  hourly.add(0, signals({ hr: 60, nbp_sys: 120 }))
  const later = hourly.add(10_000, signals({ hr: 61 })).hours
  assert.deepEqual([at(later, 0, SBP), at(later, 0, PULSE)], [120, 61])
  const next = hourly.add(HOUR_MS, signals({ hr: 62 })).hours
  assert.ok(Number.isNaN(at(next, 0, SBP)))
  assert.equal(at(next, 1, SBP), 120)
})

test('an arterial line counts before a cuff, and what is not plausible does not count', () => {
  const rows = new HourlyVitals(null).add(0, signals({ abp_sys: 101, nbp_sys: 140, spo2: 130 })).hours
  assert.equal(at(rows, 0, SBP), 101)
  assert.ok(Number.isNaN(at(rows, 0, SPO2)))
})

test('hours without a window are hours without values, and after two days all is forgotten', () => {
  const hourly = new HourlyVitals(null)
  hourly.add(0, signals({ hr: 60 }))
  const later = hourly.add(3 * HOUR_MS, signals({ hr: 80 })).hours
  assert.equal(at(later, 3, PULSE), 60)
  assert.ok(Number.isNaN(at(later, 2, PULSE)) && Number.isNaN(at(later, 1, PULSE)))
  assert.equal(at(hourly.add(47 * HOUR_MS, signals({})).hours, 47, PULSE), 60)
  assert.ok(hourly.add(48 * HOUR_MS, signals({})).hours.every((value, index) => Number.isNaN(value) || index === 16))
  assert.ok(hourly.add(200 * HOUR_MS, signals({})).hours.every((value) => Number.isNaN(value)))
})

test('what is restored goes on to the last bit', () => {
  const whole = new HourlyVitals(null)
  let cut = new HourlyVitals(null)
  for (let window = 0; window < 1_000; window++) {
    const startMs = window * 271_000
    const measured = signals({ hr: 60 + (window % 7) * 1.37, temp: 36.6 + (window % 5) * 0.13 })
    assert.deepEqual(cut.add(startMs, measured), whole.add(startMs, measured))
    cut = new HourlyVitals(cut.save())
  }
})

/** A value of a sign so many hours ago. */
function at(rows: Float32Array, hoursAgo: number, sign: number | undefined): number {
  return rows[(HISTORY_HOURS - 1 - hoursAgo) * HISTORY_SIGNS + (sign ?? NaN)] ?? NaN
}

function signals(values: Parameters<typeof numericsOf>[0]): Signals {
  return readingsOf({ vitals: [vitals(numericsOf(values))] }).signals
}

function numericsOf(values: Partial<Record<'hr' | 'abp_sys' | 'nbp_sys' | 'spo2' | 'temp', number>>) {
  return (['hr', 'abp_sys', 'nbp_sys', 'spo2', 'temp'] as const).flatMap((code) => {
    const value = values[code]
    return value === undefined ? [] : [numeric(code, value)]
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HourlyVitals } from '../../src/join/hourly-vitals.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type Signals } from '../../src/reading.ts'
import { numeric, vitals } from '../predict/windows.ts'
import { readingsOf } from '../support/window-readings.ts'

const HOUR_MS = 3_600_000
const [PULSE, SPO2, TEMP, SBP] = [0, 1, 2, 3]
/** in a saved state */
const NONE = -32_768

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

test('a finished hour is kept in hundredths, up to the highest pressure that is plausible', () => {
  let hourly = new HourlyVitals(null)
  hourly.add(0, signals({ hr: 97.25, temp: 36.55, abp_sys: 349.97 }))
  hourly.add(HOUR_MS, signals({ temp: 36.61 }))
  hourly.add(HOUR_MS + 10_000, signals({ temp: 36.62 }))
  hourly = new HourlyVitals(hourly.save())
  const rows = hourly.add(2 * HOUR_MS, signals({})).hours
  assert.deepEqual(
    [at(rows, 2, PULSE), at(rows, 2, TEMP), at(rows, 2, SBP), at(rows, 1, TEMP)],
    [97.25, 36.55, 349.97, 36.62].map(Math.fround),
  )
})

test('tenths that a version before saved are the same hundredths, and the hours after them are as fine as ever', () => {
  const tenths = [965, 981, 366, 1234, NONE, 0, 3499, NONE]
  const finished = Buffer.alloc(2 * tenths.length)
  tenths.forEach((value, sign) => finished.writeInt16LE(value, 2 * sign))
  const nothing = tenths.map(() => 0)
  const saved = { hour: 1, sums: [9_725, ...nothing.slice(1)], counts: [1, ...nothing.slice(1)], finished }
  let hourly = new HourlyVitals({ ...saved, finer: Buffer.alloc(0) })
  for (const hour of [2, 3]) {
    const rows = hourly.add(hour * HOUR_MS, signals({ hr: 80.03 })).hours
    tenths.forEach((value, sign) => {
      const expected = value === NONE ? NaN : Math.fround(value / 10)
      assert.ok(Object.is(at(rows, hour, sign), expected), `sign ${sign} is ${at(rows, hour, sign)} at hour ${hour}`)
    })
    assert.equal(at(rows, hour - 1, PULSE), 97.25)
    hourly = new HourlyVitals(hourly.save())
  }
})

test('a version before reads the nearest tenths of what is saved', () => {
  const hourly = new HourlyVitals(null)
  hourly.add(0, signals({ hr: 97.24, temp: 36.58, abp_sys: 349.97 }))
  hourly.add(HOUR_MS, signals({}))
  const { finished } = hourly.save() ?? { finished: Buffer.alloc(0) }
  const tenths = Array.from({ length: HISTORY_SIGNS }, (_, sign) => finished.readInt16LE(2 * sign))
  assert.deepEqual(tenths, [972, NONE, 366, 3500, NONE, NONE, NONE, NONE])
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

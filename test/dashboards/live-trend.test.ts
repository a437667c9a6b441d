import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveTrend } from '../../dashboards/ward/live-trend.ts'

const START_MS = 1_764_000_000_000
const hr = (value: number | null, validity: 'valid' | 'invalid' = 'valid') => [
  { code: 'hr', value, unit: '/min', validity },
]

test('a value in five seconds is kept; what was not measured is a gap', () => {
  const trend = new LiveTrend()
  trend.take(START_MS, hr(70))
  trend.take(START_MS + 5_000, hr(300, 'invalid'))
  trend.take(START_MS + 10_000, hr(72))
  assert.deepEqual(trend.read('hr', START_MS, START_MS + 10_000), {
    times: [START_MS, START_MS + 5_000, START_MS + 10_000],
    values: [70, null, 72],
  })
})

test('after a pause longer than it keeps, nothing old is left', () => {
  const trend = new LiveTrend()
  trend.take(START_MS, hr(70))
  const laterMs = START_MS + 3 * 3_600_000
  trend.take(laterMs, hr(90))
  const { values } = trend.read('hr', START_MS, laterMs)
  assert.deepEqual(
    values.filter((value) => value !== null),
    [90],
  )
})

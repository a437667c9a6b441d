import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trendRows } from '../../dashboards/ward/trend-rows.ts'
import { axisRange, limitLines } from '../../dashboards/ward/trend-scale.ts'

const ROW = { leastSpan: 10, within: [0, 100] as const }

test('an axis is never so close that noise looks like a change, and reaches out to a limit that is near', () => {
  const [low, high] = axisRange(96, 97, ROW, [])
  assert.ok(high - low >= 10 && low < 96 && high > 97)
  const near = axisRange(92, 97, ROW, [{ at: 90, priority: 'medium' }])
  assert.ok(near[0] < 90)
  const far = axisRange(92, 97, ROW, [{ at: 40, priority: 'high' }])
  assert.ok(far[0] > 80, 'a limit far away does not flatten the trend')
  assert.equal(axisRange(98, 99, ROW, [])[1], 100, 'no further than there can be')
  assert.deepEqual(axisRange(null, null, ROW, []), [0, 10])
})

test('every band of a row’s numerics is a line; a cuff’s is its systolic’s', () => {
  const rows = trendRows(new Set(['nbp_sys']))
  const row = rows.find(({ label }) => label === 'NBP')
  assert.ok(row !== undefined)
  const limits = [
    { code: 'nbp_sys', low: 90, high: 180, priority: 'medium' as const, conditionDelayMs: 0 },
    { code: 'nbp_sys', low: 80, high: null, priority: 'high' as const, conditionDelayMs: 0 },
    { code: 'hr', low: 50, high: 120, priority: 'medium' as const, conditionDelayMs: 0 },
  ]
  assert.deepEqual(limitLines(row, limits), [
    { at: 90, priority: 'medium' },
    { at: 180, priority: 'medium' },
    { at: 80, priority: 'high' },
  ])
})

test('a row for what only some beds measure is there where it is measured', () => {
  const labels = (codes: string[]): string[] => trendRows(new Set(codes)).map(({ label }) => label)
  assert.deepEqual(labels([]), ['HR', 'SpO2', 'ABPm', 'RR', 'Temp', 'Score'])
  assert.deepEqual(labels(['nbp_mean', 'etco2']), ['HR', 'SpO2', 'ABPm', 'RR', 'Temp', 'NBP', 'etCO2', 'Score'])
})

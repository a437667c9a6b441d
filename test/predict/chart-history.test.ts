import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CHART_HOURS,
  CHART_PARAMETERS,
  CHART_SHAPE,
  chartHistory,
  type ChartedValue,
  type ChartPerson,
} from '../../src/predict/chart-history.ts'

const NOBODY: ChartPerson = { ageYears: null, isMale: null, heightCm: null, unit: null }
const UNTIL_MIN = 48 * 60

/** Mean, least, most and count of a parameter in an hour. */
function cellOf(values: readonly ChartedValue[], parameter: string, hour: number, untilMin = UNTIL_MIN): number[] {
  const { hours } = chartHistory(values, NOBODY, untilMin)
  const [, parameters, planes] = CHART_SHAPE
  const start = (hour * parameters + Object.keys(CHART_PARAMETERS).indexOf(parameter)) * planes
  return [...(hours?.data.subarray(start, start + planes) ?? [])]
}

test('an hour is the mean, the least, the most and the number of its measurements, and NaN without one', () => {
  const values = [80, 100, 60].map((value, index) => ({ atMin: 120 + index * 20, parameter: 'HR', value }))
  assert.deepEqual(cellOf(values, 'HR', 2), [80, 60, 100, 3])
  assert.deepEqual(cellOf(values, 'HR', 3), [NaN, NaN, NaN, 0])
  assert.deepEqual(cellOf(values, 'MAP', 2), [NaN, NaN, NaN, 0])
})

test('hours are counted back from the moment of asking, which itself belongs to the last', () => {
  // 0    ...    2819 2820     ...     2880 2881
  // [ hour 0 ]  ...  [     hour 47       ] not yet
  const at = (atMin: number): ChartedValue[] => [{ atMin, parameter: 'Na', value: 140 }]
  const hourOf = (atMin: number, untilMin?: number): number[] =>
    Array.from({ length: CHART_HOURS }, (_, hour) => hour).filter(
      (hour) => cellOf(at(atMin), 'Na', hour, untilMin)[3] === 1,
    )
  assert.deepEqual(
    [0, 59, 60, 2819, 2820, 2880].map((atMin) => hourOf(atMin)),
    [[0], [0], [1], [46], [47], [47]],
  )
  assert.deepEqual([hourOf(2881), hourOf(-1)], [[], []])
  // Six hours after admission only the last six hours can hold anything.
  assert.deepEqual([hourOf(0, 360), hourOf(359, 360)], [[42], [47]])
})

test('what nobody can have, and what the model does not know, counts as not measured', () => {
  assert.deepEqual(cellOf([{ atMin: 0, parameter: 'pH', value: 735 }], 'pH', 0), [NaN, NaN, NaN, 0])
  assert.deepEqual(cellOf([{ atMin: 0, parameter: 'HR', value: NaN }], 'HR', 0), [NaN, NaN, NaN, 0])
  const { hours } = chartHistory([{ atMin: 0, parameter: 'Mood', value: 1 }], NOBODY, UNTIL_MIN)
  assert.ok(hours?.data.every((value) => Number.isNaN(value) || value === 0))
})

test('a person is four numbers, NaN where they are not known or cannot be', () => {
  const person = (of: Partial<ChartPerson>): number[] => [
    ...(chartHistory([], { ...NOBODY, ...of }, UNTIL_MIN)['person']?.data ?? []),
  ]
  assert.deepEqual(person({ ageYears: 71, isMale: false, heightCm: 165, unit: 'medical' }), [71, 0, 165, 3])
  assert.deepEqual(person({ isMale: true, heightCm: 17 }), [NaN, 1, NaN, NaN])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loneliest, nearest, onOneAxis } from '../../dashboards/ward/trend-columns.ts'

test('codes that were measured at other times share one axis, and where one was not measured it has no gap', () => {
  const sys = { times: [10, 30], values: [120, 125] }
  const dia = { times: [10, 20], values: [80, null] }
  assert.deepEqual(onOneAxis([sys, dia]), {
    times: [10, 20, 30],
    values: [
      [120, undefined, 125],
      [80, null, undefined],
    ],
  })
})

test('the value under a cursor is the nearest measured, and none that is too far away', () => {
  const column = { times: [0, 10, 20, 30], values: [1, null, 3, 4] }
  assert.equal(nearest(column, 11, 15), 2)
  assert.equal(nearest(column, 4, 15), 0)
  assert.equal(nearest(column, 10, 5), null)
  assert.equal(nearest(column, 100, 50), null)
})

test('a point between gaps is found, since no line shows it', () => {
  assert.deepEqual(loneliest([1, null, 3, null, 5, 6]), [0, 2])
  assert.deepEqual(loneliest([]), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextAlert } from '../../dashboards/ward/next-alert.ts'

const open = [
  { alertId: 'a', patientId: '1' },
  { alertId: 'b', patientId: '1' },
  { alertId: 'c', patientId: '2' },
]
const next = (alertId: string | null, patientId: string | null): string | undefined =>
  nextAlert(open, alertId, patientId)?.alertId

test('the next open alert follows the one that has the focus, and the first follows the last', () => {
  assert.equal(next(null, null), 'a')
  assert.equal(next('a', '1'), 'b')
  assert.equal(next('b', '1'), 'c')
  assert.equal(next('c', '2'), 'a')
  assert.equal(next('answered meanwhile', '1'), 'a')
  assert.equal(nextAlert([], 'a', '1'), undefined)
})

test('from a bed it goes to an alert of another bed', () => {
  assert.equal(next(null, '1'), 'c')
  assert.equal(next(null, '2'), 'a')
  assert.equal(next(null, 'a bed without alerts'), 'a')
  assert.equal(nextAlert(open.slice(0, 1), null, '1')?.alertId, 'a', 'where there is no other, it stays')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenBeds, hiddenHigh, hiddenWords } from '../../dashboards/ward/my-beds.ts'
import { alertView } from './alert-fixture.ts'

const beds = [
  { patientId: 'p1', nurse: 'ben' },
  { patientId: 'p2', nurse: 'anna' },
  { patientId: 'p3', nurse: null },
  { patientId: 'p4', nurse: 'anna' },
]
const ids = (...given: Parameters<typeof chosenBeds>): string =>
  chosenBeds(...given)
    .map(({ patientId }) => patientId)
    .join(' ')

test('mine come first or stand alone, each in the order of the board', () => {
  assert.equal(ids(beds, 'all', 'anna'), 'p1 p2 p3 p4')
  assert.equal(ids(beds, 'first', 'anna'), 'p2 p4 p1 p3')
  assert.equal(ids(beds, 'mine', 'anna'), 'p2 p4')
  assert.equal(ids([...beds].reverse(), 'first', 'anna'), 'p4 p2 p3 p1')
})

test('where none is mine, or nobody knows who I am, all are shown', () => {
  assert.equal(ids(beds, 'mine', 'zoe'), 'p1 p2 p3 p4')
  assert.equal(ids(beds, 'mine', null), 'p1 p2 p3 p4', 'a bed of nobody is not that of somebody unknown')
})

test('high alarms of beds that are not shown are counted, answered or not', () => {
  const standing = [
    alertView({ patientId: 'p1', priority: 'high' }),
    alertView({ patientId: 'p1', priority: 'medium' }),
    alertView({ patientId: 'p2', priority: 'high' }),
    alertView({ patientId: 'p3', priority: 'high', presence: 'acknowledged' }),
  ]
  assert.equal(hiddenHigh(standing, ['p2', 'p4']), 2)
  assert.equal(hiddenHigh(standing, ['p1', 'p2', 'p3', 'p4']), 0)
  assert.equal(hiddenWords(1), '1 high alarm at beds not shown')
  assert.equal(hiddenWords(2), '2 high alarms at beds not shown')
})

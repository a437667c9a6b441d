import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bedGroups,
  groupWords,
  heldOrder,
  inListOrder,
  type ListOrder,
  orderOf,
} from '../../dashboards/ward/alert-groups.ts'
import { standing } from '../../dashboards/ward/alert-order.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { alertView } from './alert-fixture.ts'

const at = (bed: number, alertId: string, changes: Partial<AlertView> = {}): AlertView =>
  alertView({ alertId, patientId: `p${bed}`, bedId: `Bed ${bed}`, ...changes })
const low = at(1, 'low', { priority: 'low' })
const medium = at(1, 'medium', { priority: 'medium' })
const high = at(2, 'high')
const latched = at(2, 'latched', { priority: 'medium', presence: 'latched', conditionPresent: false })
const answered = at(3, 'answered', { presence: 'acknowledged' })
const names = (alerts: readonly AlertView[]): string[] =>
  bedGroups(standing(alerts)).map(
    ({ bedId, alerts: own }) => `${bedId}: ${own.map(({ alertId }) => alertId).join(' ')}`,
  )

test('the alerts of a bed are one group, the most urgent first, and so are the groups; none is left out', () => {
  assert.deepEqual(names([low, latched, answered, medium, high]), [
    'Bed 2: high latched',
    'Bed 1: medium low',
    'Bed 3: answered',
  ])
  assert.deepEqual(names([low, at(1, 'seen', { presence: 'acknowledged' }), answered]), [
    'Bed 1: low seen',
    'Bed 3: answered',
  ])
  assert.equal(bedGroups([at(9, 'x', { bedId: '' })])[0]?.bedId, 'p9')
  assert.deepEqual(names([]), [])
})

test('a group says how many it has, and how many of them were answered', () => {
  assert.equal(groupWords({ alerts: [low] }), '1 alert')
  assert.equal(groupWords({ alerts: [low, medium] }), '2 alerts')
  assert.equal(groupWords({ alerts: [low, answered] }), '2 alerts, 1 answered')
  assert.equal(groupWords({ alerts: [answered] }), '1 alert, answered')
})

test('under a pointer what stands keeps its place and what is new comes last; without one the order is the wanted', () => {
  const before = bedGroups(standing([low, medium, answered]))
  const shown = orderOf(before)
  const worse = at(1, 'worse', { onsetTimeMs: 900 })
  const now = bedGroups(standing([low, medium, worse, high]))
  const lines = (order: ListOrder): string[] =>
    inListOrder(now, order).map(
      ({ patientId, alerts }) => `${patientId}: ${alerts.map(({ alertId }) => alertId).join(' ')}`,
    )
  assert.deepEqual(lines(heldOrder(shown, orderOf(now), true)), ['p1: medium low worse', 'p2: high'])
  assert.deepEqual(lines(heldOrder(shown, orderOf(now), false)), ['p2: high', 'p1: worse medium low'])
})

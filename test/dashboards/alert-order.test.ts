import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standing } from '../../dashboards/ward/alert-order.ts'
import { alertView } from './alert-fixture.ts'

test('what nobody answered comes first, then priority, then the level it has gone up to, then what holds, then the patient, then the newest', () => {
  const inOrder = [
    alertView({ alertId: 'high-up', priority: 'high', escalationLevel: 2 }),
    alertView({ alertId: 'high', priority: 'high' }),
    alertView({ alertId: 'high-ended', priority: 'high', presence: 'latched', conditionPresent: false }),
    alertView({ alertId: 'medium-new', priority: 'medium', onsetTimeMs: 9_000 }),
    alertView({ alertId: 'medium-old', priority: 'medium', onsetTimeMs: 8_000 }),
    alertView({ alertId: 'medium-technical', priority: 'medium', kind: 'technical', onsetTimeMs: 9_999 }),
    alertView({ alertId: 'low', priority: 'low' }),
    alertView({ alertId: 'high-answered', priority: 'high', presence: 'acknowledged' }),
    alertView({ alertId: 'low-answered', priority: 'low', presence: 'acknowledged' }),
  ]
  const expected = inOrder.map(({ alertId }) => alertId)
  assert.deepEqual(
    standing([...inOrder].reverse()).map(({ alertId }) => alertId),
    expected,
  )
  const shuffled = [5, 0, 7, 8, 3, 1, 6, 2, 4].flatMap((index) => inOrder[index] ?? [])
  assert.deepEqual(
    standing(shuffled).map(({ alertId }) => alertId),
    expected,
  )
})

test('an alert that is off does not stand', () => {
  assert.deepEqual(standing([alertView({ presence: 'off' })]), [])
})

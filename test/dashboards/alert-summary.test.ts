import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWords } from '../../dashboards/ward/alert-summary.ts'
import { alertView } from './alert-fixture.ts'

test('what is open is counted by priority, and what was answered is not', () => {
  const alerts = [
    alertView({ priority: 'low' }),
    alertView({ priority: 'high' }),
    alertView({ priority: 'high', presence: 'latched' }),
    alertView({ priority: 'medium', presence: 'acknowledged' }),
  ]
  assert.equal(openWords(alerts), '2 high · 1 low')
  assert.equal(openWords(alerts.slice(3)), 'none open')
})

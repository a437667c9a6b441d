import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sounding } from '../../dashboards/ward/sounding.ts'
import { alertView } from './alert-fixture.ts'

const medium = alertView({ priority: 'medium' })
const low = alertView({ priority: 'low' })

test('the loudest that nobody answered sounds, an answered one never', () => {
  assert.equal(sounding([low, medium])?.priority, 'medium')
  assert.equal(sounding([alertView({ priority: 'high', presence: 'acknowledged' }), low])?.priority, 'low')
  assert.equal(sounding([alertView({ presence: 'off' })]), null)
  assert.equal(sounding([]), null)
})

test('nothing falls silent because its condition ended: high sounds on, medium reminds', () => {
  assert.deepEqual(sounding([alertView({ priority: 'high', presence: 'latched' }), medium]), {
    priority: 'high',
    kind: 'physiological',
    level: 0,
    reminder: false,
  })
  const ended = alertView({ priority: 'medium', presence: 'latched' })
  assert.equal(sounding([ended])?.reminder, true)
  assert.equal(sounding([ended, medium])?.reminder, false, 'what holds is not heard as rarely as what ended')
})

test('the patient is heard before the equipment, and the one that has gone up furthest gives the pause', () => {
  const technical = alertView({ kind: 'technical', escalationLevel: 3 })
  assert.equal(sounding([technical, alertView()])?.kind, 'physiological')
  assert.equal(sounding([alertView(), alertView({ escalationLevel: 2 })])?.level, 2)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missedAlerts } from '../../dashboards/ward/missed.ts'
import { alertView } from './alert-fixture.ts'

test('what was raised and over while nobody looked is one entry with both times', () => {
  const [missed, ...more] = missedAlerts([
    alertView({ transition: 'raised', eventTimeMs: 1_000 }),
    alertView({ transition: 'escalated', eventTimeMs: 61_000, escalationLevel: 1 }),
    alertView({ transition: 'condition_ended', presence: 'latched', eventTimeMs: 70_000 }),
    alertView({ transition: 'acknowledged', presence: 'off', eventTimeMs: 80_000 }),
  ])
  assert.deepEqual(more, [])
  assert.deepEqual([missed?.raisedAtMs, missed?.overAtMs, missed?.escalationLevel], [1_000, 80_000, 1])
})

test('the worst it was counts, and what had been raised before says so', () => {
  const [missed] = missedAlerts([
    alertView({ transition: 'priority_changed', priority: 'high', eventTimeMs: 5_000 }),
    alertView({ transition: 'priority_changed', priority: 'medium', presence: 'acknowledged', eventTimeMs: 9_000 }),
  ])
  assert.deepEqual([missed?.priority, missed?.raisedAtMs, missed?.overAtMs], ['high', null, null])
})

test('answers, pauses, easing and that no screen was there ask for nobody', () => {
  assert.deepEqual(
    missedAlerts([
      alertView({ alertId: 'a', transition: 'acknowledged', presence: 'acknowledged' }),
      alertView({ alertId: 'b', transition: 'audio_paused' }),
      alertView({ alertId: 'c', transition: 'priority_changed', presence: 'acknowledged', priority: 'medium' }),
      alertView({ alertId: 'd', transition: 'cleared', presence: 'off' }),
      alertView({ alertId: 'e', transition: 'raised', kind: 'technical', condition: 'technical:unwatched' }),
    ]),
    [],
  )
})

test('the most urgent comes first, then the newest', () => {
  const raised = (alertId: string, priority: 'low' | 'medium' | 'high', eventTimeMs: number) =>
    alertView({ alertId, priority, eventTimeMs, transition: 'raised' })
  const missed = missedAlerts([raised('low', 'low', 1), raised('old', 'high', 2), raised('new', 'high', 3)])
  assert.deepEqual(
    missed.map(({ alertId }) => alertId),
    ['new', 'old', 'low'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIFECYCLE } from '../../src/raise/alert-lifecycle.ts'
import { next } from '../../src/raise/transition.ts'
import type { Alert } from '../../src/records.ts'
import { Bedside, command, RULES, START_MS } from './bedside.ts'

const LOW_SPO2 = 'limit:spo2:low'

/** SpO2 84 from 0 s on: a high alert that nobody has answered. */
function highAlert(): Bedside {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  return bed
}

const ofSpo2 = (alerts: readonly Alert[]): Alert[] => alerts.filter(({ condition }) => condition === LOW_SPO2)

const answered = ({ transition, presence, escalationLevel, escalatedTo, responsible, acknowledgedBy }: Alert) => ({
  transition,
  presence,
  escalationLevel,
  escalatedTo,
  responsible,
  acknowledgedBy,
})

test('who accepts is responsible, and the alert is acknowledged', () => {
  const bed = highAlert()
  const [alert] = bed.answer(5, 'accept', LOW_SPO2, { userId: 'anna', reason: 'on my way' })
  assert.ok(alert !== undefined)
  assert.deepEqual(answered(alert), {
    transition: 'acknowledged',
    presence: 'acknowledged',
    escalationLevel: 0,
    escalatedTo: null,
    responsible: 'anna',
    acknowledgedBy: 'anna',
  })
  assert.deepEqual(alert.answer, {
    kind: 'accepted',
    userId: 'anna',
    atMs: START_MS + 5_000,
    reason: 'on my way',
  })
  assert.deepEqual(ofSpo2(bed.time(600)), [], 'what was accepted goes to nobody else')
})

test('of two nurses who accept, the first is responsible, and stays so', () => {
  const bed = highAlert()
  bed.answer(5, 'accept', LOW_SPO2, { userId: 'anna' })
  assert.deepEqual(bed.answer(5, 'accept', LOW_SPO2, { userId: 'ben' }), [])
  assert.equal(bed.state.conditions.find(({ condition }) => condition === LOW_SPO2)?.responsible, 'anna')
})

test('what was only acknowledged can still be accepted', () => {
  const bed = highAlert()
  bed.acknowledge(3, LOW_SPO2)
  const [alert] = bed.answer(5, 'accept', LOW_SPO2, { userId: 'ben' })
  assert.equal(alert?.responsible, 'ben')
})

test('what is rejected stays open and calls the next of the list at once', () => {
  const bed = highAlert()
  const [alert] = bed.answer(5, 'reject', LOW_SPO2, { userId: 'anna', reason: 'at another bed' })
  assert.ok(alert !== undefined)
  assert.deepEqual(answered(alert), {
    transition: 'escalated',
    presence: 'on',
    escalationLevel: 1,
    escalatedTo: 'charge nurse',
    responsible: null,
    acknowledgedBy: null,
  })
  assert.equal(alert.answer?.kind, 'rejected')
})

test('whom a rejection calls has the whole time before the next is called', () => {
  //  s   0       50        60           110       170
  //      raised  rejected  (1 is due)   level 2   level 3
  const bed = highAlert()
  bed.answer(50, 'reject', LOW_SPO2, { reason: 'at another bed' })
  assert.deepEqual(ofSpo2(bed.time(109)), [])
  const levels = ofSpo2([...bed.time(110), ...bed.time(400)]).map(({ escalationLevel, eventTimeMs, escalatedTo }) => [
    escalationLevel,
    (eventTimeMs - START_MS) / 1_000,
    escalatedTo,
  ])
  assert.deepEqual(levels, [
    [2, 110, 'ward physician'],
    [3, 170, 'rapid response team'],
  ])
})

test('to escalate is a level up now; at the highest level it calls the same again', () => {
  const bed = highAlert()
  const levels = [1, 2, 3, 4].map((s) => {
    const [alert] = bed.answer(s, 'escalate', LOW_SPO2, { reason: 'I need help' })
    return [alert?.transition, alert?.escalationLevel, alert?.escalatedTo, alert?.answer?.kind]
  })
  assert.deepEqual(levels, [
    ['escalated', 1, 'charge nurse', 'escalated'],
    ['escalated', 2, 'ward physician', 'escalated'],
    ['escalated', 3, 'rapid response team', 'escalated'],
    ['escalated', 3, 'rapid response team', 'escalated'],
  ])
})

test('without a reason nothing is rejected and nothing escalated', () => {
  for (const action of ['reject', 'escalate'] as const)
    for (const reason of [null, '']) {
      const bed = highAlert()
      assert.deepEqual(bed.answer(5, action, LOW_SPO2, { reason }), [])
      const alertId = bed.alerts[0]?.alertId ?? null
      const place = { topic: 'alert-commands', offset: 99, appendTimeMs: START_MS + 6_000 }
      const asked = command('c-99', { action, alertId, reason })
      assert.equal(next(bed.state, { type: 'command', ...place, command: asked }, RULES).refused, 'REQUEST_INVALID')
    }
})

test('what was accepted and is handed on is open again, is heard through a pause, and calls the next', () => {
  const bed = highAlert()
  bed.answer(5, 'accept', LOW_SPO2, { userId: 'anna' })
  bed.command(6, { action: 'pause_audio', durationMs: 120_000 })
  const [alert] = bed.answer(20, 'escalate', LOW_SPO2, { userId: 'anna', reason: 'needs a physician' })
  assert.ok(alert !== undefined)
  assert.deepEqual(answered(alert), {
    transition: 'escalated',
    presence: 'on',
    escalationLevel: 1,
    escalatedTo: 'charge nurse',
    responsible: null,
    acknowledgedBy: null,
  })
  assert.equal(alert.audioPausedUntilMs, null)
  const [again] = bed.answer(25, 'accept', LOW_SPO2, { userId: 'charge' })
  assert.equal(again?.responsible, 'charge')
})

test('worse than when it was accepted, nobody has accepted it', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 10; s++) bed.vitals(s, { spo2: 88 })
  bed.answer(11, 'accept', LOW_SPO2, { userId: 'anna' })
  const [worse] = bed.vitals(12, { spo2: 80 })
  assert.deepEqual([worse?.presence, worse?.responsible, worse?.answer?.kind], ['on', null, 'accepted'])
})

test('an ended alert: accepting it is the end, rejecting it keeps it, and what is over takes no answer', () => {
  const bed = highAlert()
  for (let s = 1; s <= 12; s++) bed.vitals(s, { spo2: 96 })
  assert.equal(bed.answer(13, 'reject', LOW_SPO2, { reason: 'not mine' })[0]?.presence, 'latched')
  assert.equal(bed.answer(14, 'accept', LOW_SPO2)[0]?.presence, 'off')
  assert.deepEqual(bed.answer(15, 'escalate', LOW_SPO2, { reason: 'late' }), [])
  const again = bed.vitals(200, { spo2: 80 })[0]
  assert.deepEqual([again?.transition, again?.answer, again?.responsible], ['raised', null, null])
})

test('every presence has a place for every answer, and none but accept and acknowledge makes an alert quiet', () => {
  for (const row of Object.values(LIFECYCLE))
    for (const kind of ['reject', 'escalate'] as const)
      assert.ok(row[kind] === null || row[kind].presence === 'on' || row[kind].presence === 'latched')
})

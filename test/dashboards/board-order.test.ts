import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BedUrgency, HELD_MS, HeldOrder, orderedBeds } from '../../dashboards/ward/board-order.ts'
import { alertView } from './alert-fixture.ts'

function bed(bedId: string, changes: Partial<BedUrgency> = {}): BedUrgency {
  return { patientId: bedId, unitId: 'icu', bedId, standing: [], noData: false, risk: 0.1, ...changes }
}

const with1 = (changes: Parameters<typeof alertView>[0]) => ({ standing: [alertView(changes)] })

test('by bed: unit, then the number of the bed, whatever stands there', () => {
  const beds = [bed('Bed 10', with1({ priority: 'high' })), bed('Bed 2'), bed('Bed 1', { unitId: 'ward' })]
  assert.deepEqual(orderedBeds(beds, 'bed'), ['Bed 2', 'Bed 10', 'Bed 1'])
})

test('by urgency: unanswered priority, the patient before the equipment, escalation, no data, risk, bed', () => {
  const inOrder = [
    bed('9 escalated', with1({ priority: 'high', escalationLevel: 2 })),
    bed('8 high', with1({ priority: 'high' })),
    bed('7 latched', with1({ priority: 'high', presence: 'latched', conditionPresent: false })),
    bed('6 technical', with1({ priority: 'high', kind: 'technical' })),
    bed('5 medium', with1({ priority: 'medium' })),
    bed('4 low', with1({ priority: 'low' })),
    bed('3 silent', { noData: true, risk: null }),
    bed('2 risk', { risk: 0.82 }),
    bed('10 answered', { ...with1({ priority: 'high', presence: 'acknowledged', escalationLevel: 3 }), risk: 0.31 }),
    bed('11 calm', { risk: 0.39 }),
    bed('1 unscored', { risk: null }),
  ]
  const expected = inOrder.map(({ bedId }) => bedId)
  // 7 and 8 are alike and stand by bed.
  expected.splice(1, 2, '7 latched', '8 high')
  assert.deepEqual(orderedBeds([...inOrder].reverse(), 'urgency'), expected)
})

test('an order stands for a while before tiles change places, and longer while someone is at the board', () => {
  const held = new HeldOrder()
  assert.deepEqual(held.next(['a', 'b'], 'urgency', false, 0), ['a', 'b'])
  assert.deepEqual(held.next(['b', 'a'], 'urgency', false, HELD_MS - 1), ['a', 'b'])
  assert.deepEqual(held.next(['b', 'a'], 'urgency', true, 10 * HELD_MS), ['a', 'b'])
  assert.deepEqual(held.next(['b', 'a'], 'urgency', false, 10 * HELD_MS + 1), ['b', 'a'])
  assert.deepEqual(held.next(['a', 'b'], 'urgency', false, 10 * HELD_MS + 2), ['b', 'a'], 'it has only just moved')
})

test('an order that has stood for long gives way at once', () => {
  const held = new HeldOrder()
  held.next(['a', 'b'], 'urgency', false, 0)
  held.next(['a', 'b'], 'urgency', false, 60_000)
  assert.deepEqual(held.next(['b', 'a'], 'urgency', false, 60_001), ['b', 'a'])
})

test('a bed that comes or goes is shown at once, and moves no other while someone is at the board', () => {
  const held = new HeldOrder()
  held.next(['a', 'b', 'c'], 'urgency', false, 0)
  assert.deepEqual(held.next(['d', 'c', 'a'], 'urgency', true, 1), ['a', 'c', 'd'])
  assert.deepEqual(held.next(['d', 'c', 'a', 'e'], 'urgency', false, 2), ['d', 'c', 'a', 'e'])
})

test('who chooses another order has it at once', () => {
  const held = new HeldOrder()
  held.next(['a', 'b'], 'urgency', true, 0)
  assert.deepEqual(held.next(['b', 'a'], 'bed', true, 1), ['b', 'a'])
})

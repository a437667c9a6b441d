import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context } from '../store/records.ts'
import { Bedside, START_MS } from './bedside.ts'

let offset = 0

/** The patient lies there now; null: they left. */
function occupy(bed: Bedside, unitId: string | null, bedId = '1'): void {
  const at = { topic: 'patient-context', offset: offset++, appendTimeMs: START_MS }
  const there = unitId === null ? null : { ...context('p1', START_MS), unitId, bedId }
  bed.apply({ type: 'context', ...at, context: there })
}

test('an alert says who looked after the patient as it was raised, and a later one who did then', () => {
  const bed = new Bedside()
  bed.command(0, { action: 'assign', assignee: 'anna', userId: 'charge' })
  assert.deepEqual(bed.state.assignment, { userId: 'anna', byUserId: 'charge', atMs: START_MS })
  const [raised] = bed.vitals(1, { spo2: 84 })
  assert.equal(raised?.assignedTo, 'anna')
  bed.command(5, { action: 'assign', assignee: 'ben', userId: 'anna' })
  const [seen] = bed.acknowledge(6, 'limit:spo2:low')
  assert.equal(seen?.assignedTo, 'ben')
})

test('to assign nobody is a deed, and an empty name is none', () => {
  const bed = new Bedside()
  bed.command(0, { action: 'assign', assignee: 'anna' })
  bed.command(1, { action: 'assign', assignee: '' })
  assert.equal(bed.state.assignment?.userId, 'anna')
  bed.command(2, { action: 'assign', assignee: null })
  assert.equal(bed.state.assignment, null)
})

test('assignment changes no alarm', () => {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  const before = bed.state.conditions
  assert.deepEqual(bed.command(1, { action: 'assign', assignee: 'anna' }), [])
  assert.deepEqual(bed.state.conditions, before)
})

test('a patient who goes to another bed keeps their nurse, one who goes to another unit or leaves does not', () => {
  const bed = new Bedside()
  occupy(bed, 'icu-1')
  bed.command(1, { action: 'assign', assignee: 'anna' })
  occupy(bed, 'icu-1', '2')
  assert.equal(bed.state.assignment?.userId, 'anna')
  occupy(bed, 'icu-2', '2')
  assert.equal(bed.state.assignment, null)
  bed.command(3, { action: 'assign', assignee: 'ben' })
  occupy(bed, null)
  assert.equal(bed.state.assignment, null)
})

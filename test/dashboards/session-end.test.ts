import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionEndWords } from '../../dashboards/app/session-end.ts'
import { timeOfDay } from '../../dashboards/ward/time-of-day.ts'

const END_MS = 1_800_000_000_000

test('the end of a session is said ten minutes before, with what is left, and not earlier', () => {
  assert.equal(sessionEndWords(END_MS, END_MS - 600_001), null)
  const at = `This session ends at ${timeOfDay(END_MS)}.`
  assert.deepEqual(sessionEndWords(END_MS, END_MS - 600_000), { at, left: 'in 10 min 00 s' })
  assert.deepEqual(sessionEndWords(END_MS, END_MS - 9_000), { at, left: 'in 9 s' })
  assert.deepEqual(sessionEndWords(END_MS, END_MS + 1), { at, left: 'now' })
  assert.equal(sessionEndWords(null, END_MS), null, 'who has no session has none that ends')
})

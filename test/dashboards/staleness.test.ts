import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ageMs, ageWords, countdown, freshnessOf } from '../../dashboards/ward/staleness.ts'

const SERVER_MS = 1_764_000_000_000

test('a value is live for three seconds, then counts, and after ten is no value', () => {
  const seen = { eventTimeMs: SERVER_MS, arrivedMs: 5_000 }
  const at = (laterMs: number) => freshnessOf(seen, SERVER_MS + laterMs, 5_000 + laterMs)
  assert.deepEqual(at(0), { state: 'fresh' })
  assert.deepEqual(at(3_000), { state: 'fresh' })
  assert.deepEqual(at(3_001), { state: 'stale', seconds: 3 })
  assert.deepEqual(at(10_000), { state: 'stale', seconds: 10 })
  assert.deepEqual(at(10_001), { state: 'none', seconds: 10 })
})

test('old data that arrives now does not look live', () => {
  const seen = { eventTimeMs: SERVER_MS - 60_000, arrivedMs: 5_000 }
  assert.equal(freshnessOf(seen, SERVER_MS, 5_000).state, 'none')
})

test('an event time ahead of the server does not keep a silent feed live', () => {
  const seen = { eventTimeMs: SERVER_MS + 3_600_000, arrivedMs: 5_000 }
  assert.equal(freshnessOf(seen, SERVER_MS + 11_000, 16_000).state, 'none')
})

test('a device clock two seconds slow, which acquire leaves alone, is not held against the data', () => {
  assert.equal(ageMs({ eventTimeMs: SERVER_MS - 2_000, arrivedMs: 5_000 }, SERVER_MS, 5_000), 0)
})

test('what was never seen has no age', () => {
  assert.deepEqual(freshnessOf(null, SERVER_MS, 0), { state: 'none', seconds: null })
})

test('ages and countdowns read as a person says them', () => {
  assert.deepEqual([0, 59, 61, 3_660, 90_000].map(ageWords), ['0 s', '59 s', '1 min 01 s', '1 h 01 min', '1 d 1 h'])
  assert.deepEqual([120_000, 61_001, 0, -5].map(countdown), ['2:00', '1:02', '0:00', '0:00'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hosmerLemeshow } from './hosmer-lemeshow.ts'

test('the statistic is 0 for a forecast that is right in every group, and grows with what it is off by', () => {
  // Two groups of four: one in four of the first and three in four of the second.
  const happened = [false, false, false, true, true, true, true, false]
  assert.equal(hosmerLemeshow(happened, [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75], 2), 0)
  // Expected 0.4 and 3.6 where 1 and 3 were seen, each of variance 0.36; risks 0.1 and 0.9 are 0.8 apart.
  const off = hosmerLemeshow(happened, [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9], 2)
  assert.ok(Math.abs(off - (2 * (0.6 ** 2 / 0.361)) / 0.8) < 1e-12)
})

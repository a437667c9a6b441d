import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bellShaped, mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'

test('the same seed gives the same numbers, today and on every machine', () => {
  const random = seededRandom(mixedSeed(42, 3))
  assert.deepEqual(
    [random(), random(), random()].map((value) => value.toFixed(6)),
    ['0.038335', '0.026713', '0.002206'],
  )
})

test('neighbouring seeds give unrelated numbers, spread evenly over 0 to 1', () => {
  const firsts = Array.from({ length: 2_000 }, (_, slot) => seededRandom(mixedSeed(7, slot))())
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => firsts.filter((value) => Math.floor(value * 10) === tenth).length,
  )
  assert.ok(Math.min(...tenths) > 150 && Math.max(...tenths) < 250, String(tenths))
  assert.equal(new Set(firsts).size, firsts.length)
})

test('a seed beyond 32 bits is not the seed of its lower bits', () => {
  assert.notEqual(mixedSeed(5), mixedSeed(5 + 2 ** 32))
})

test('bell-shaped noise has mean 0, deviation 1 and an end', () => {
  const random = seededRandom(1)
  const values = Array.from({ length: 5_000 }, () => bellShaped(random))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  assert.ok(Math.abs(mean) < 0.05 && Math.abs(deviation - 1) < 0.05, `${mean} ${deviation}`)
  assert.ok(values.every((value) => Math.abs(value) <= 3))
})

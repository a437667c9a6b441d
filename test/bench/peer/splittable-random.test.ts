import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SplittableRandom } from './splittable-random.ts'

// Printed by java.util.SplittableRandom(42) of JDK 17, one after the other.
test('the generator gives what Java 17 gives for the same seed', () => {
  const random = new SplittableRandom(42)
  const ints = Array.from({ length: 4 }, () => random.nextInt())
  assert.deepEqual(ints, [-491277234, 909395113, -1877322334, -1024560952])
  const below1000 = Array.from({ length: 6 }, () => random.nextBelow(1_000))
  assert.deepEqual(below1000, [781, 71, 856, 519, 328, 706])
  const below64 = Array.from({ length: 4 }, () => random.nextBelow(64))
  assert.deepEqual(below64, [51, 62, 6, 13])
  const bytes = new Uint8Array(21)
  random.nextBytes(bytes)
  assert.equal(Buffer.from(bytes).toString('hex'), 'dc8ee7021ce347aaf2337c4dc552143475ba5ef352')
  const large = [2_147_483_647, 1_500_000_000, 1_500_000_000, 1_500_000_000, 1_500_000_000]
  assert.deepEqual(
    large.map((bound) => random.nextBelow(bound)),
    [1_328_279_849, 1_352_885_458, 415_021_941, 525_265_886, 389_759_421],
  )
})

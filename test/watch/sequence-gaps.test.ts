import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SequenceGaps } from '../../src/watch/sequence-gaps.ts'

function gapsOf(sequences: readonly number[]): number {
  const gaps = new SequenceGaps()
  for (const [index, sequence] of sequences.entries()) gaps.add(sequence, index * 1_000)
  return gaps.count
}

describe('sequence gaps', () => {
  it('counts the numbers that were skipped', () => {
    assert.equal(gapsOf([4, 5, 6]), 0)
    assert.equal(gapsOf([4, 7, 9]), 3)
  })

  it('takes a number off again when it comes late', () => {
    assert.equal(gapsOf([1, 4, 2]), 1)
    assert.equal(gapsOf([1, 4, 2, 3]), 0)
  })

  it('counts nothing for a repeated number or a feed that begins anew', () => {
    const repeated = new SequenceGaps()
    repeated.add(5, 1_000)
    repeated.add(5, 1_000)
    repeated.add(6, 2_000)
    assert.equal(repeated.count, 0)
    assert.equal(gapsOf([500, 501, 0, 1, 2]), 0)
  })

  it('counts a jump of millions without remembering each number', () => {
    assert.equal(gapsOf([0, 50_000_000]), 49_999_999)
  })
})

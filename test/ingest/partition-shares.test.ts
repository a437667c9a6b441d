import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { partitionShares } from '../../src/ingest/partition-shares.ts'

const PARTITIONS = [0, 1, 2, 3, 4, 5]

describe('who reads which partitions', () => {
  it('stays the same while nobody is far behind', () => {
    const even = [
      [0, 2, 4],
      [1, 3, 5],
    ]
    assert.deepEqual(partitionShares(PARTITIONS, 2, new Map()), even)
    assert.deepEqual(partitionShares(PARTITIONS, 2, new Map([[0, 90_000]])), even)
  })

  it('lets all be through at about the same time when much is to be caught up with', () => {
    const thousands = [233, 116, 116, 189, 160, 116]
    const behind = new Map(thousands.map((records, partition) => [partition, records * 1_000]))
    assert.deepEqual(partitionShares(PARTITIONS, 2, behind), [
      [0, 1, 2],
      [3, 4, 5],
    ])
  })

  it('gives every partition to one member, and to each as many as to the others, one more or less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.nat(1_000_000)),
        (n, m, records) => {
          const partitions = Array.from({ length: n }, (_, partition) => partition)
          const shares = partitionShares(partitions, m, new Map(records.entries()))
          assert.deepEqual(
            shares.flat().sort((a, b) => a - b),
            partitions,
          )
          assert.ok(shares.every((share) => share.length <= Math.ceil(n / m)))
        },
      ),
    )
  })
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { partitionOf } from '../../src/ingest/partition-of.ts'

it('a key lies where the default partitioner of a Kafka client puts it', () => {
  const partitioner = kafkajs.Partitioners.DefaultPartitioner()
  const of = (key: string, partitions: number): number => {
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => {
      return { partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] }
    })
    return partitioner({ topic: 'vitals', partitionMetadata, message: { key, value: null } })
  }
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 64 }),
      (key, partitions) => {
        assert.equal(partitionOf(key, partitions), of(key, partitions))
      },
    ),
    { numRuns: 2_000, seed: 7 },
  )
})

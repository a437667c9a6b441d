import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchSize, rowOf, stack, tensor } from '../../src/predict/tensor.ts'

test('rows that are stacked come out of the batch as they went in', () => {
  const rows = [1, 2, 3].map((value) => ({
    a: tensor([2], Float32Array.of(value, -value)),
    b: tensor([1, 2], Float32Array.of(value * 10, 0)),
  }))
  const batch = stack(rows)
  assert.deepEqual([batch['a']?.shape, batch['b']?.shape, batchSize(batch)], [[3, 2], [3, 1, 2], 3])
  for (const [index, row] of rows.entries()) assert.deepEqual(rowOf(batch, index), row)
})

test('rows of other sizes, an empty batch and a wrong shape are bugs and throw', () => {
  const row = (size: number) => ({ a: tensor([size], new Float32Array(size)) })
  assert.throws(() => stack([row(1), row(2)]), RangeError)
  assert.throws(() => stack([]), RangeError)
  assert.throws(() => tensor([2, 2], new Float32Array(3)), RangeError)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prepareWindow, rowFor } from '../../src/predict/window-tensors.ts'
import { chunks, windowOf } from './windows.ts'

const PCG = [
  { name: 'sound', source: 'pcg', required: true },
  { name: 'there', source: 'pcg_mask', required: true },
] as const

test('a model gets its inputs under its own names, and says what they came from', async () => {
  const row = rowFor(PCG, await prepareWindow(windowOf({ pcg: chunks(10) })))
  assert.ok(row.ok)
  assert.deepEqual(row.modalities, ['pcg'])
  assert.deepEqual(Object.keys(row.inputs), ['sound', 'there'])
  assert.deepEqual(row.inputs['sound']?.shape, [10_000])
})

test('without a required input, or without any input, there is no row', async () => {
  const silent = await prepareWindow(windowOf())
  assert.deepEqual(rowFor(PCG, silent), { ok: false })
  assert.deepEqual(
    rowFor(
      PCG.map((input) => ({ ...input, required: false })),
      silent,
    ),
    { ok: false },
  )
})

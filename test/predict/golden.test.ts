import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goldenCases, goldenSchema } from '../../src/predict/golden.ts'

const base64 = (...bytes: number[]): string => Buffer.from(bytes).toString('base64')

test('a tensor is the same however it is written', () => {
  const [one] = cases({
    values: { as: 'values', values: [0.5, 0.5, -1] },
    float32: { as: 'float32', base64: base64(0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf) },
    int16: { as: 'int16', base64: base64(1, 0, 1, 0, 0xfe, 0xff), scale: 0.5 },
    runs: { as: 'runs', runs: [[0.5, 2], [-1, 1]] }, // prettier-ignore
  })
  for (const [name, { data }] of Object.entries(one?.inputs ?? {}))
    assert.deepEqual(data, Float32Array.of(0.5, 0.5, -1), name)
})

test('a tensor of another size than its shape is refused', () => {
  for (const written of [
    { as: 'values', values: [1, 2] },
    { as: 'runs', runs: [[0, 1e12]] },
    { as: 'int16', base64: base64(1), scale: 1 },
  ])
    assert.throws(() => cases({ short: written }), RangeError)
})

function cases(inputs: Record<string, unknown>): ReturnType<typeof goldenCases> {
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, written]) => [name, { shape: [3], written }]))
  const tolerance = { absolute: 1e-3, relative: 0 }
  return goldenCases(
    goldenSchema.parse({ made: 'here', tolerance, cases: [{ name: 'a', inputs: tensors, outputs: {} }] }),
  )
}

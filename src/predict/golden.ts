import { z } from 'zod'
import { sizeOf, tensor, type Tensor } from './tensor.ts'

/** Ways to write a tensor down in few bytes; bytes are base64, little-endian, row-major. */
const written = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('float32'), base64: z.string() }),
  z.strictObject({ as: z.literal('int16'), base64: z.string(), scale: z.number() }),
  /** Runs of [value, how often]. */
  z.strictObject({ as: z.literal('runs'), runs: z.array(z.tuple([z.number(), z.number().int().positive()])) }),
  z.strictObject({ as: z.literal('values'), values: z.array(z.number()) }),
])

const goldenTensor = z.strictObject({ shape: z.array(z.number().int().positive()), written })

/** Cases of a model: inputs without the batch dimension, and what it must answer. Never a patient's recording. */
export const goldenSchema = z.strictObject({
  made: z.string().min(1),
  /** |answer - expected| ≤ absolute + relative · |expected| */
  tolerance: z.strictObject({ absolute: z.number().positive(), relative: z.number().nonnegative() }),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        inputs: z.record(z.string(), goldenTensor),
        outputs: z.record(z.string(), goldenTensor),
      }),
    )
    .min(1),
})

export type Golden = z.infer<typeof goldenSchema>

export interface GoldenCase {
  name: string
  inputs: Record<string, Tensor>
  outputs: Record<string, Tensor>
}

/** The cases as tensors; throws RangeError when one is not of the size it says. */
export function goldenCases(golden: Golden): readonly GoldenCase[] {
  return golden.cases.map(({ name, inputs, outputs }) => ({
    name,
    inputs: readAll(inputs),
    outputs: readAll(outputs),
  }))
}

function readAll(tensors: Record<string, z.infer<typeof goldenTensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, written }]) => [name, tensor(shape, read(written, sizeOf(shape)))]),
  )
}

function read(from: z.infer<typeof written>, size: number): Float32Array {
  switch (from.as) {
    case 'float32': {
      const bytes = Buffer.from(from.base64, 'base64')
      return Float32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readFloatLE(index * 4))
    }
    case 'int16': {
      const bytes = Buffer.from(from.base64, 'base64')
      return Float32Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(index * 2) * from.scale)
    }
    case 'runs': {
      const length = from.runs.reduce((sum, [, times]) => sum + times, 0)
      if (length !== size) throw new RangeError(`runs of ${length} values are not ${size}`)
      const output = new Float32Array(length)
      let at = 0
      for (const [value, times] of from.runs) output.fill(value, at, (at += times))
      return output
    }
    case 'values':
      return Float32Array.from(from.values)
  }
}

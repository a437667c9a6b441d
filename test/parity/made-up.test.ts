import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { tensor, type Tensor } from '../../src/predict/tensor.ts'
import { writeMadeData } from '../evaluate/made-data/data-folder.ts'
import { BEDSIDES } from './bedside.ts'
import { differenceOf, largestDifference } from './difference.ts'
import { READERS } from './readers.ts'

/** A tensor that Python made, in short: some of its values, evenly spread; null: unknown. */
interface Brief {
  shape: number[]
  unknown: number
  sum: number
  values: (number | null)[]
}

interface MadeUp {
  made: string
  models: Record<string, { name: string; inputs: Record<string, Brief> }[]>
}

const MOST = 1e-4
const file = join(PACKAGE_ROOT, 'test', 'parity', 'made-up.json')
const { models } = JSON.parse(await readFile(file, 'utf8')) as MadeUp

describe('made-up records come to the tensors that training makes of them', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigil-parity-'))
    await writeMadeData(folder)
  })
  after(() => rm(folder, { recursive: true, force: true }))

  for (const [model, records] of Object.entries(models))
    it(model, async () => {
      const inputsOf = await READERS[model]?.(folder)
      for (const { name, inputs } of records) {
        const ours = await inputsOf?.(name)
        for (const [input, brief] of Object.entries(inputs)) assertBrief(ours?.[input], brief, `${name}: ${input}`)
      }
    })

  for (const model of Object.keys(BEDSIDES))
    it(`${model}, as at the bedside`, async () => {
      const [inputsOf, asked] = [await READERS[model]?.(folder), await BEDSIDES[model]?.(folder)]
      let compared = 0
      for (const { name } of models[model] ?? []) {
        const [whole, last] = [await inputsOf?.(name), await asked?.(name)]
        for (const [input, { shape, data }] of Object.entries(last ?? {})) {
          const rows = whole?.[input]?.data.slice(-data.length) ?? new Float32Array()
          assert.ok(
            largestDifference({ dtype: 'float32', shape, data }, tensor(shape, rows)) < MOST,
            `${name}: ${input}`,
          )
          compared++
        }
      }
      assert.ok(compared > 0)
    })
})

it('a value that differs, or is known on one side only, is a difference', () => {
  const one = tensor([2], Float32Array.of(1, 200))
  assert.equal(largestDifference(one, one), 0)
  assert.ok(Math.abs(largestDifference(tensor([2], Float32Array.of(1, 201)), one) - 0.005) < 1e-9)
  assert.equal(largestDifference(tensor([2], Float32Array.of(1, NaN)), one), Infinity)
  assert.equal(largestDifference(tensor([1, 2], Float32Array.of(1, 200)), one), Infinity)
  assert.equal(largestDifference(undefined, one), Infinity)
})

function assertBrief(ours: Tensor | undefined, { shape, unknown, sum, values }: Brief, where: string): void {
  assert.ok(ours !== undefined, where)
  assert.deepEqual(ours.shape, shape, where)
  assert.equal(ours.data.filter(Number.isNaN).length, unknown, `${where}: unknown values`)
  const last = ours.data.length - 1
  for (const [place, expected] of values.entries()) {
    const at = Math.floor((place * last) / Math.max(1, values.length - 1))
    const difference = differenceOf(ours.data[at] ?? NaN, expected ?? NaN)
    assert.ok(difference < MOST, `${where}[${at}] is ${ours.data[at]}, not ${expected}`)
  }
  const known = ours.data.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0)
  assert.ok(Math.abs(known - sum) < MOST * Math.max(1, Math.abs(sum)), `${where}: the sum is ${known}, not ${sum}`)
}

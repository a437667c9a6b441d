import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { bellShaped, seededRandom } from '../../src/acquire/seeded-random.ts'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { stack, tensor, type Tensors } from '../../src/predict/tensor.ts'
import { withSiteHead } from '../../src/tune/onnx-graph.ts'
import { headProbabilities, type SiteHead } from '../../src/tune/site-head.ts'
import { shippedFolder } from '../predict/heart-sound-folder.ts'

const OUTPUTS = { answer: 'probabilities', logits: 'logits', embedding: 'pooled' }

test('a file with the head that changes nothing answers as before', async () => {
  const { parent, golden } = await shipped()
  const [probabilities] = await answers(parent, golden)
  const same: SiteHead = { scale: 1, weights: new Float64Array(64 * 3), bias: new Float64Array(3) }
  const [patched] = await answers(withSiteHead(parent, OUTPUTS, same), golden)
  assert.ok(furthest(patched?.probabilities, probabilities?.probabilities) < 1e-5)
})

test('a file with a head answers what the head says of the parent and its embedding, in its logits too', async () => {
  const { parent, golden } = await shipped()
  const random = seededRandom(1)
  const weights = Float64Array.from({ length: 64 * 3 }, () => bellShaped(random))
  const head: SiteHead = { scale: 0.7, weights, bias: Float64Array.of(0.5, -1, 0.2) }
  const before = await answers(parent, golden)
  const after = await answers(withSiteHead(parent, OUTPUTS, head), golden)
  for (const [index, { probabilities, pooled }] of before.entries()) {
    const said = headProbabilities({ embedding: pooled, parent: Float64Array.from(probabilities) }, head)
    const now = after[index]
    assert.ok(furthest(now?.probabilities, said) < 1e-5)
    assert.deepEqual(now?.pooled, pooled, 'the encoder is what it was')
    const odds = Array.from(now?.logits ?? [], Math.exp)
    const sum = odds.reduce((total, value) => total + value, 0)
    assert.ok(
      furthest(
        odds.map((value) => value / sum),
        said,
      ) < 1e-5,
    )
  }
})

test('a file without the outputs that a head needs is refused', async () => {
  const { parent } = await shipped()
  const head: SiteHead = { scale: 1, weights: new Float64Array(192), bias: new Float64Array(3) }
  assert.throws(() => withSiteHead(parent, { ...OUTPUTS, embedding: 'soul' }, head), /no output soul/)
})

test('every answer of every model that gives an embedding can be given a head', async () => {
  const models = (await readdir(join(PACKAGE_ROOT, 'models'), { withFileTypes: true })).filter((one) =>
    one.isDirectory(),
  )
  const tried: string[] = []
  for (const { name } of models) {
    const read = await readModelFolder(name)
    const { embedding, answers: its = [], outputs = [] } = read.ok ? read.folder.card : {}
    if (!read.ok || embedding === undefined) continue
    const { golden, modelFile } = read.folder
    const rows = golden.map(({ inputs }) => inputs)
    for (const { finding, output, logits = null, classes } of its) {
      const width = Number(outputs.find((one) => one.name === embedding)?.shape[1])
      const head: SiteHead = {
        scale: 1,
        weights: new Float64Array(width * classes.length),
        bias: new Float64Array(classes.length),
      }
      const file = withSiteHead(await readFile(modelFile), { answer: output, logits, embedding }, head)
      const [before, after] = [
        await outputsOf(await readFile(modelFile), output, rows),
        await outputsOf(file, output, rows),
      ]
      for (const [index, row] of before.entries())
        assert.ok(furthest(after[index], row) < 1e-5, `${finding} of ${name}`)
      tried.push(finding)
    }
  }
  for (const finding of ['murmur', 'arrhythmia alarm', 'sepsis within 6 h', 'instrument'])
    assert.ok(tried.includes(finding), finding)
})

async function outputsOf(file: Uint8Array, name: string, rows: readonly Tensors[]): Promise<Float32Array[]> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 })
  const all: Float32Array[] = []
  for (const row of rows) {
    const inputs = Object.entries(stack([row])).map(([input, { data, shape }]) => [
      input,
      new OrtTensor('float32', data, shape),
    ])
    const outputs = (await session.run(Object.fromEntries(inputs) as Record<string, OrtTensor>, [name])) as Record<
      string,
      OrtTensor
    >
    all.push(outputs[name]?.data as Float32Array)
  }
  return all
}

async function shipped(): Promise<{ parent: Uint8Array; golden: readonly Tensors[] }> {
  const { modelFile, golden } = await shippedFolder()
  return { parent: await readFile(modelFile), golden: golden.map(({ inputs }) => inputs) }
}

interface Answers {
  probabilities: Float32Array
  logits: Float32Array
  pooled: Float32Array
}

async function answers(file: Uint8Array, rows: readonly Tensors[]): Promise<Answers[]> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 })
  const all: Answers[] = []
  for (const row of rows) {
    const inputs = Object.entries(stack([row])).map(([name, { data, shape }]) => [
      name,
      new OrtTensor('float32', data, shape),
    ])
    const { probabilities, logits, pooled } = await session.run(Object.fromEntries(inputs) as Record<string, OrtTensor>)
    const values = (of: OrtTensor | undefined): Float32Array =>
      tensor([of?.data.length ?? 0], of?.data as Float32Array).data
    all.push({ probabilities: values(probabilities), logits: values(logits), pooled: values(pooled) })
  }
  return all
}

function furthest(a: ArrayLike<number> = [], b: ArrayLike<number> = []): number {
  assert.ok(a.length > 0 && a.length === b.length)
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN))))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelFolder } from '../../src/predict/model-folder.ts'
import { prove, type Run } from '../../src/predict/proof.ts'
import { rowOf, stack, tensor, type Tensors } from '../../src/predict/tensor.ts'
import { shippedFolder } from './heart-sound-folder.ts'

test('a provider that gives the expected answers is proven', async () => {
  const folder = await shippedFolder()
  const proof = await prove(folder, oracle(folder))
  assert.ok(proof.proven, JSON.stringify(proof))
  assert.equal(proof.answers.length, folder.golden.length)
})

test('an answer off by more than the tolerance, not a number, or of another shape is not a proof', async () => {
  const folder = await shippedFolder()
  for (const spoil of [
    (data: Float32Array) => data.map((value) => value + 0.01),
    (data: Float32Array) => data.map(() => NaN),
    (data: Float32Array) => data.map((value) => -value),
  ]) {
    const proof = await prove(folder, oracle(folder, spoil))
    assert.deepEqual([proof.proven, proof.proven ? null : proof.code], [false, 'MODEL_UNPROVEN'])
  }
  const flat: Run = async (inputs) => {
    const right = await oracle(folder)(inputs)
    if (!right.ok) return right
    const { logits, ...rest } = right.outputs
    assert.ok(logits !== undefined)
    return { ...right, outputs: { ...rest, logits: tensor([logits.data.length], logits.data) } }
  }
  assert.equal((await prove(folder, flat)).proven, false)
})

test('a smaller file proves itself as near as its card says, and no farther; two providers must agree on it as on any', async () => {
  const whole = await shippedFolder()
  const folder: ModelFolder = { ...whole, moves: { logits: 0.02, probabilities: 0.02, abnormal: 0.02, pooled: 0.02 } }
  const near = oracle(folder, (data) => data.map((value) => value + 0.015))
  const proof = await prove(folder, near)
  assert.ok(proof.proven, JSON.stringify(proof))
  assert.equal((await prove(whole, near)).proven, false)
  const far = oracle(folder, (data) => data.map((value) => value + 0.03))
  assert.equal((await prove(folder, far)).proven, false)
  assert.equal((await prove(folder, oracle(folder), proof.answers)).proven, false)
})

test('a provider that is right alone and wrong in a batch is not proven', async () => {
  const folder = await shippedFolder()
  const right = oracle(folder)
  const wrong = oracle(folder, (data) => data.map((value) => value * 1.5))
  const proof = await prove(folder, (inputs) => (inputs['pcg']?.shape[0] === 1 ? right : wrong)(inputs))
  assert.match(proof.proven ? '' : proof.detail, /^in a batch/)
})

test('a provider that drops rows of a batch is not proven', async () => {
  const folder = await shippedFolder()
  const right = oracle(folder)
  const proof = await prove(folder, async (inputs) => {
    const outcome = await right(inputs)
    return outcome.ok ? { ...outcome, outputs: stack([rowOf(outcome.outputs, 0)]) } : outcome
  })
  assert.match(proof.proven ? '' : proof.detail, /number of rows/)
})

test('an accelerator that agrees with the card and not with the CPU is not proven', async () => {
  const folder = await shippedFolder()
  const cpu = folder.golden.map(({ outputs }) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, { shape, data }]) => [
        name,
        tensor(
          shape,
          data.map((v) => v + 1),
        ),
      ]),
    ),
  )
  assert.equal((await prove(folder, oracle(folder), cpu)).proven, false)
})

test('a process that died is the reason, not the answer it never gave', async () => {
  const proof = await prove(await shippedFolder(), () =>
    Promise.resolve({ ok: false, code: 'MODEL_DOWN', detail: 'gone' }),
  )
  assert.equal(proof.proven ? null : proof.code, 'MODEL_DOWN')
})

/** Answers golden inputs with their expected outputs, spoilt where asked for. */
function oracle({ golden }: ModelFolder, spoil = (data: Float32Array): Float32Array => data): Run {
  return (inputs) => {
    const pcg = inputs['pcg']
    const mask = inputs['mask']
    assert.ok(pcg !== undefined && mask !== undefined)
    const rows: Tensors[] = Array.from({ length: pcg.shape[0] ?? 0 }, (_, row) => {
      const found = golden.find(({ inputs: { pcg: sound, mask: there } }) =>
        [
          [sound, pcg],
          [there, mask],
        ].every(([one, all]) => one?.data.every((value, at) => value === all?.data[row * 10_000 + at]) === true),
      )
      assert.ok(found !== undefined)
      return Object.fromEntries(
        Object.entries(found.outputs).map(([name, { shape, data }]) => [name, tensor(shape, spoil(data))]),
      )
    })
    return Promise.resolve({ ok: true, outputs: stack(rows), runMs: 0, rssBytes: 0 })
  }
}

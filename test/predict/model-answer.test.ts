import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAnswer, type ModelAnswer } from '../../src/predict/model-answer.ts'
import type { RowOutcome } from '../../src/predict/model-runner.ts'
import { tensor } from '../../src/predict/tensor.ts'
import { prepareWindow } from '../../src/predict/window-tensors.ts'
import { shippedFolder } from './heart-sound-folder.ts'
import { chunks, windowOf } from './windows.ts'

test('the score is the probability of a murmur, and the finding names it, its site and its probability', async () => {
  const { part, missing, use } = await answer([0.8123456, 0.0876544, 0.1])
  assert.equal(part.score, 0.8123)
  assert.deepEqual(part.findings[0], {
    code: 'murmur_present',
    value: 0.8123,
    text: 'murmur present at the mitral site (81 %)',
  })
  assert.deepEqual(
    part.findings.slice(1).map(({ code }) => code),
    ['murmur:unknown', 'murmur:absent'],
    'what is no better than chance on a strange device is not told',
  )
  assert.deepEqual([missing, use?.name, use?.provider], [[], 'heart-sound', 'cpu'])
})

test('a model that says it does not know gives no score, and the modality is missing as inconclusive', async () => {
  const { part, missing } = await answer([0.2, 0.5, 0.3])
  assert.equal(part.score, null)
  assert.deepEqual(missing, [{ input: 'pcg', reason: 'inconclusive' }])
})

test('a second answer adds its findings and leaves the score alone', async () => {
  const { card } = await shippedFolder()
  assert.deepEqual(
    card.answers.map(({ finding }) => finding),
    ['murmur', 'heart_sound'],
  )
  const outputs = {
    probabilities: tensor([3], Float32Array.of(0.7, 0.1, 0.2)),
    abnormal: tensor([2], Float32Array.of(0.9, 0.1)),
  }
  const prepared = await prepareWindow(windowOf({ pcg: chunks(10) }))
  const told = { ...card, answers: card.answers.map((one) => ({ ...one, told: true })) }
  const { part } = readAnswer(told, { ok: true, outputs, provider: 'cpu' }, ['pcg'], prepared)
  assert.equal(part.score, 0.7)
  assert.ok(part.findings.some(({ code, value }) => code === 'heart_sound_abnormal' && value === 0.9))
  const spoilt = { ...outputs, abnormal: tensor([2], Float32Array.of(NaN, 0.1)) }
  assert.equal(readAnswer(card, { ok: true, outputs: spoilt, provider: 'cpu' }, ['pcg'], prepared).use, null)
})

test('what is no probability is no answer', async () => {
  for (const values of [[NaN, 0.5, 0.5], [1.2, 0, 0], [0.5, -0.1, 0.6], [0.5]]) {
    const { part, missing, use } = await answer(values)
    assert.deepEqual([part.score, part.findings, use], [null, [], null])
    assert.deepEqual(missing, [{ input: 'pcg', reason: 'invalid' }])
  }
})

test('a model that did not answer is missing with its code', async () => {
  const { part, missing, use } = await read({ ok: false, code: 'MODEL_DEADLINE', detail: '' })
  assert.deepEqual([part.score, missing, use], [null, [{ input: 'pcg', reason: 'MODEL_DEADLINE' }], null])
})

function answer(probabilities: readonly number[]): Promise<ModelAnswer> {
  const outputs = {
    probabilities: tensor([probabilities.length], Float32Array.from(probabilities)),
    abnormal: tensor([2], Float32Array.of(0.25, 0.75)),
  }
  return read({ ok: true, outputs, provider: 'cpu' })
}

async function read(outcome: RowOutcome): Promise<ModelAnswer> {
  const { card } = await shippedFolder()
  return readAnswer(card, outcome, ['pcg'], await prepareWindow(windowOf({ pcg: chunks(10) })))
}

import assert from 'node:assert/strict'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import type { Golden } from '../../src/predict/golden.ts'
import type { ModelCard } from '../../src/predict/model-card.ts'
import { modelPath, readModelFolder } from '../../src/predict/model-folder.ts'
import { change, copyOfModel } from './heart-sound-folder.ts'

test('the shipped model is read, is small, and its card has figures with intervals, data, licences and limits', async () => {
  const read = await readModelFolder('heart-sound')
  assert.ok(read.ok, JSON.stringify(read))
  const { card } = read.folder
  assert.ok((await stat(read.folder.modelFile)).size < 3e6)
  const accuracy = card.metrics.find(
    ({ measure, split }) => measure.startsWith('weighted accuracy') && split === 'test',
  )
  assert.ok(accuracy !== undefined && accuracy.low95 !== null && accuracy.high95 !== null)
  assert.ok(accuracy.low95 < accuracy.value && accuracy.value < accuracy.high95)
  assert.ok(card.data.every(({ licence, attribution }) => licence !== '' && attribution !== ''))
})

test('every model that is shipped is one', async () => {
  for (const entry of await readdir(modelPath('heart-sound/..'), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'training') continue
    const read = await readModelFolder(entry.name)
    assert.ok(read.ok, `${entry.name}: ${read.ok ? '' : read.detail}`)
    const { name, small } = read.folder.card
    assert.equal(name, entry.name)
    if (small === undefined) continue
    const smaller = await readModelFolder(`${entry.name}:small`)
    assert.ok(smaller.ok, `${entry.name}:small: ${smaller.ok ? '' : smaller.detail}`)
    const { card, modelFile, moves } = smaller.folder
    assert.deepEqual([card.name, card.sha256, basename(modelFile)], [`${name}:small`, small.sha256, small.file])
    assert.deepEqual(moves, small.moves)
  }
})

test('a model without a smaller file has none to load, and what lies there must be the one of the card', async (t) => {
  assert.equal(code(await readModelFolder('ward-hybrid:small')), 'MODEL_NO_SMALL')
  const folder = await copyOfModel(t)
  await writeFile(join(folder, 'model.small.onnx'), await readFile(join(folder, 'model.onnx')))
  assert.equal(code(await readModelFolder(`${folder}:small`)), 'MODEL_HASH_MISMATCH')
  assert.equal(code(await readModelFolder(folder)), null)
  await change<ModelCard>(folder, 'card.json', ({ small }) => void delete small?.moves['logits'])
  assert.equal(code(await readModelFolder(`${folder}:small`)), 'MODEL_CARD_INVALID')
})

test('one changed byte of the model is another model', async (t) => {
  const folder = await copyOfModel(t)
  const file = join(folder, 'model.onnx')
  const bytes = await readFile(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  await writeFile(file, bytes)
  assert.equal(code(await readModelFolder(folder)), 'MODEL_HASH_MISMATCH')
})

test('a card that lacks something or contradicts itself is refused', async (t) => {
  const spoilings: Record<string, (card: ModelCard) => void> = {
    'no metrics': (card) => void (card.metrics = []),
    'an unknown source': (card) => Object.assign(card.inputs[0] ?? {}, { source: 'smell' }),
    'another shape than the source': (card) => Object.assign(card.inputs[0] ?? {}, { shape: ['batch', 5_000] }),
    'a positive class that is none': (card) => void (firstAnswer(card).positive = 'loud'),
    'too few multipliers': (card) => void (firstAnswer(card).multipliers = [1]),
    'a field nobody knows': (card) => Object.assign(card, { surprise: true }),
  }
  for (const [name, spoil] of Object.entries(spoilings)) {
    const folder = await copyOfModel(t)
    await change<ModelCard>(folder, 'card.json', spoil)
    assert.equal(code(await readModelFolder(folder)), 'MODEL_CARD_INVALID', name)
  }
})

function firstAnswer(card: ModelCard): ModelCard['answers'][number] {
  const [first] = card.answers
  if (first === undefined) throw new Error('the card has no answer')
  return first
}

test('golden cases that do not fit the card are refused', async (t) => {
  const spoilings: Record<string, (golden: Golden) => void> = {
    'an output is not said': (golden) => void delete golden.cases[0]?.outputs['logits'],
    'a shape that its values are not': (golden) =>
      Object.assign(golden.cases[0]?.outputs['logits'] ?? {}, { shape: [4] }),
    'no cases': (golden) => void (golden.cases = []),
  }
  for (const [name, spoil] of Object.entries(spoilings)) {
    const folder = await copyOfModel(t)
    await change<Golden>(folder, 'golden.json', spoil)
    assert.equal(code(await readModelFolder(folder)), 'MODEL_CARD_INVALID', name)
  }
})

test('a folder that is not there or lacks a file says so as a value', async (t) => {
  assert.equal(code(await readModelFolder('no-such-model')), 'MODEL_CARD_INVALID')
  const folder = await copyOfModel(t)
  await rm(join(folder, 'model.onnx'))
  assert.equal(code(await readModelFolder(folder)), 'MODEL_CARD_INVALID')
})

test('a name lies below models, a path is a path', () => {
  assert.ok(modelPath('heart-sound').endsWith(join('models', 'heart-sound')))
  assert.equal(modelPath('/opt/m'), '/opt/m')
})

function code(read: Awaited<ReturnType<typeof readModelFolder>>): string | null {
  return read.ok ? null : read.code
}

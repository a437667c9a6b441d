import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelCard } from '../../src/predict/model-card.ts'
import { readAnswer, type ModelAnswer } from '../../src/predict/model-answer.ts'
import { readFusedRisk } from '../../src/predict/fused-risk.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { type Tensor, tensor, type Tensors } from '../../src/predict/tensor.ts'
import {
  type PreparedWindow,
  prepareWindow,
  rowFor,
  type TensorSource,
  WINDOW_TENSORS,
} from '../../src/predict/window-tensors.ts'
import { answerOf, fusedFile, fusedFolder } from './fused-folder.ts'
import { fullWindow } from './fused-windows.ts'

const prepared = await prepareWindow(await fullWindow(), new Set(Object.keys(WINDOW_TENSORS) as TensorSource[]))

test('what is no risk, or contradicts itself, is invalid, and nothing of it is told', async (t) => {
  const { card, outputs } = await answered(t)
  const spoilings: Record<string, [output: string, at: number, value: number]> = {
    'a risk that is none': ['risk', 0, NaN],
    'a risk beyond 1': ['risk', 0, 1.2],
    'an interval that is none': ['risk_interval', 1, Infinity],
    'an interval the wrong way round': ['risk_interval', 0, 1],
    'a share that is none': ['shares', 2, NaN],
    'shares that do not sum to the risk': ['shares', 1, 0.5],
    'an evidence half used': ['used', 0, 0.5],
    'one that is used and not there': ['present', 0, 0],
    'one that has a share and is not used': ['used', 2, 0],
    'a strangeness that is none': ['strangeness', 1, NaN],
    'a subset that is no probability': ['subsets', 7, -0.5],
    'nothing that is not the base rate': ['subsets', 0, 0.9],
    'all that is not the risk': ['subsets', 31, 0.9],
    'an evidence that found no probability': ['murmur', 0, NaN],
  }
  assert.ok(read(card, outputs).use !== null)
  for (const [name, [output, at, value]] of Object.entries(spoilings)) {
    const { part, evidence, weighed, missing, use } = read(card, withValue(outputs, output, at, value))
    assert.deepEqual([part.score, part.findings, evidence, weighed, use], [null, [], [], null, null], name)
    assert.deepEqual(
      missing.map(({ input, reason }) => `${input} ${reason}`),
      ['pcg invalid', 'vitals invalid', 'video invalid'],
      name,
    )
  }
})

test('shares may be off by what single precision loses, and by no more', async (t) => {
  const { card, outputs } = await answered(t)
  const share = outputs['shares']?.data[1] ?? NaN
  assert.ok(read(card, withValue(outputs, 'shares', 1, share + 9e-5)).use !== null)
  assert.equal(read(card, withValue(outputs, 'shares', 1, share + 1.2e-4)).use, null)
})

test('the share of what did not count is nothing, whatever rounding left of it', async (t) => {
  const { card, outputs } = await answered(t)
  const { risk: block } = card
  assert.ok(block !== undefined)
  const uncounted = withValue(withValue(outputs, 'used', 4, 0), 'shares', 5, 0)
  const whole = Array.from(uncounted['shares']?.data ?? []).reduce((sum, share) => sum + share, 0)
  const consistent = withValue(withValue(uncounted, 'risk', 0, whole), 'subsets', 31, whole)
  assert.equal(readFusedRisk(block, withValue(consistent, 'shares', 5, -3e-9))?.evidence[4]?.share, 0)
  assert.equal(readFusedRisk(block, withValue(consistent, 'shares', 5, 1e-5)), null)
})

test('an interval is never told narrower than the risk lies from it', async (t) => {
  const { card, outputs } = await answered(t)
  const { part } = read(card, withValue(withValue(outputs, 'risk_interval', 0, 0.98), 'risk_interval', 1, 0.99))
  assert.match(part.findings[0]?.text ?? '', /risk of the next 6 h (\d+) % \(\1 to 99 %\)/)
})

test('what an evidence mostly rests on is told by its three weightiest channels, and not at all where none weighs', async (t) => {
  const { card, outputs } = await answered(t)
  const names = ['heart rate', 'SpO2', 'temperature', 'respiration rate', 'EtCO2']
  risk(card).channels = [{ evidence: 'vitals', output: 'signs', names }]
  const restsOn = (signs: readonly number[]): readonly string[] => {
    return restingOn(read(card, { ...outputs, signs: values(signs) }), 'vitals')
  }
  assert.deepEqual(restsOn([0.2, -0.9, 0.05, 0.3, 0.11]), [
    'mostly by SpO2 (lowers it), respiration rate (raises it), heart rate (raises it) -0.9',
  ])
  assert.deepEqual(restsOn([0.09, -0.09, 0, 0, 0]), [])
  assert.deepEqual(restsOn([NaN, NaN, NaN, NaN, 0.5]), ['mostly by EtCO2 (raises it) 0.5'])
})

test('a murmur rests on seconds of the window, those beside each other told as one', async (t) => {
  const { card, outputs } = await answered(t)
  const restsOn = (seconds: readonly number[], asked: PreparedWindow = prepared, murmur = [0.9, 0.1, 0]): string[] => {
    const given = { ...outputs, seconds: values(seconds), murmur: values(murmur) }
    return restingOn(readAnswer(card, { ok: true, outputs: given, provider: 'cpu' }, ['pcg'], asked), 'pcg')
  }
  const clear = [0, 0.02, -0.4, 0.3, 0.5, 0, 0.09, 0.2, 0.11, NaN]
  assert.deepEqual(restsOn(clear), [
    'mostly by seconds 3 to 5 of the window (raises it), seconds 7 to 8 of the window (raises it) 0.5',
  ])
  const { pcg } = prepared
  assert.ok(pcg.ok)
  const later = { ...prepared, pcg: { ...pcg, startMs: pcg.startMs + 2_480 } }
  assert.match(restsOn(clear, later)[0] ?? '', /^mostly by seconds 5.5 to 7.5 of the window .*, seconds 9.5 to 10.5 /)
  assert.deepEqual(restsOn(Array.from({ length: 10 }, () => 0.09)), [])
  assert.deepEqual(restsOn(clear, prepared, [0.1, 0.8, 0.1]), [], 'where it is not known whether there is a murmur')
  assert.deepEqual(restsOn(clear, prepared, [0.1, 0.1, 0.8]), [], 'where there is none')
})

test('an alarm rests on channels, whether it is true or not, and on none where that is not known', async (t) => {
  const { card, outputs } = await answered(t)
  const restsOn = (probabilities: readonly number[]): string[] => {
    const given = { ...outputs, waves: values([0.2, 0, -1.5, 0.05]), alarm_true: values(probabilities) }
    return restingOn(read(card, given), 'waveforms')
  }
  const told = ['mostly by arterial pressure (lowers it), ECG (raises it) -1.5']
  assert.deepEqual([restsOn([0.8, 0.2, 0]), restsOn([0.2, 0.8, 0]), restsOn([0.1, 0.1, 0.8])], [told, told, []])
})

test('a card that contradicts its risk is refused', async (t) => {
  const spoilings: Record<string, (card: ModelCard) => void> = {
    'no fusion': (card) => void (card.fusion = 'single'),
    'an output that is none': (card) => void (risk(card).interval = 'spread'),
    'an output of another size': (card) => void (risk(card).shares = 'used'),
    'too few subsets': (card) => void risk(card).evidence.pop(),
    'an evidence twice': (card) => Object.assign(risk(card).evidence[0] ?? {}, { name: 'pcg' }),
    'an evidence nobody knows': (card) => Object.assign(risk(card).evidence[0] ?? {}, { name: 'smell' }),
    'an input that is none': (card) => void risk(card).evidence[0]?.inputs.push('smell'),
    'a stream of no evidence': (card) => void risk(card).evidence[0]?.inputs.splice(0, 1),
    'a required input': (card) => Object.assign(card.inputs[0] ?? {}, { required: true }),
    'channels of another number': (card) =>
      void (risk(card).channels = [{ evidence: 'vitals', output: 'used', names: ['heart rate'] }]),
    'a heart sound of another length': (card) =>
      void (risk(card).channels = [{ evidence: 'pcg', output: 'seconds', stepMs: 500 }]),
    'seconds of what has none': (card) => Object.assign(risk(card).channels?.[1] ?? {}, { evidence: 'video' }),
    'channels of one evidence twice': (card) => void risk(card).channels?.push(...(risk(card).channels ?? [])),
    'a base rate that is none': (card) => void (risk(card).baseRate = 2),
    'a scorer with a colon': (card) => void (card.scorer = 'a:b'),
    'an evidence without a risk': (card) => void delete card.risk,
  }
  for (const [name, spoil] of Object.entries(spoilings)) {
    const refused = await readModelFolder(await fusedFolder(t, spoil))
    assert.equal(refused.ok ? 'read' : refused.code, 'MODEL_CARD_INVALID', name)
  }
})

async function answered(t: Parameters<typeof fusedFolder>[0]): Promise<{ card: ModelCard; outputs: Tensors }> {
  const folder = await readModelFolder(await fusedFolder(t))
  assert.ok(folder.ok, JSON.stringify(folder))
  const { card } = folder.folder
  const row = rowFor(card.inputs, prepared)
  assert.ok(row.ok)
  return { card, outputs: await answerOf(fusedFile(), row.inputs) }
}

function read(card: ModelCard, outputs: Tensors): ModelAnswer {
  return readAnswer(card, { ok: true, outputs, provider: 'cpu' }, ['pcg', 'vitals', 'video'], prepared)
}

/** What the answer of an evidence is said to rest on, and the weight of the weightiest. */
function restingOn({ evidence }: ModelAnswer, name: string): string[] {
  const findings = evidence.filter(({ scorer }) => scorer.endsWith(`:${name}`)).flatMap((part) => part.findings)
  return findings.filter(({ code }) => code === 'rests_on').map(({ text, value }) => `${text} ${value}`)
}

function values(of: readonly number[]): Tensor {
  return tensor([of.length], Float32Array.from(of))
}

function withValue(outputs: Tensors, name: string, at: number, value: number): Tensors {
  const data = Float32Array.from(outputs[name]?.data ?? [])
  data[at] = value
  return { ...outputs, [name]: tensor([data.length], data) }
}

function risk(card: ModelCard): NonNullable<ModelCard['risk']> {
  assert.ok(card.risk !== undefined)
  return card.risk
}

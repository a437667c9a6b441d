import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig, type Config } from '../../src/config.ts'
import type { Conclusion } from '../../src/join/window-record.ts'
import { Metrics } from '../../src/metrics.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { createPredictor, type Predictor } from '../../src/predict/predictor.ts'
import { prepareWindow, rowFor, type TensorSource, WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import { noHistory } from '../support/window-readings.ts'
import { answerOf, BASE_RATE, EVIDENCE, FUSED, fusedFile, fusedFolder } from './fused-folder.ts'
import { fullWindow, grey, monitor, steadyMonitor } from './fused-windows.ts'
import { shapleyValues } from './shapley.ts'
import { chunks, context, frame } from './windows.ts'

const EVERY_SOURCE = new Set(Object.keys(WINDOW_TENSORS) as TensorSource[])
/** NEWS2 of a heart rate of 150: a single 3. */
const NEWS2 = 0.3
const NO_NOTES = { context: context() }

test('a window with every evidence: one part each, whose shares are the Shapley values and sum to the risk', async (t) => {
  const { conclude, folder } = await ward(t)
  const conclusion = await conclude()
  const { subsets } = await rawAnswer(folder)
  assert.deepEqual(
    conclusion.parts.map(({ scorer }) => scorer),
    ['news2', FUSED, ...EVIDENCE.map((name) => `${FUSED}:${name}`)],
  )
  const [, base, ...evidence] = conclusion.parts
  assertNear(base?.share, (1 - NEWS2) * BASE_RATE)
  for (const [index, value] of shapleyValues(subsets).entries()) assertNear(evidence[index]?.share, (1 - NEWS2) * value)
  assert.ok(evidence.some(({ share }) => share < 0) && evidence.some(({ share }) => share > 0))
  assert.equal(conclusion.risk, sumOf(conclusion))
  assertNear(conclusion.risk, NEWS2 + (1 - NEWS2) * (subsets.at(-1) ?? NaN))
  assert.deepEqual([conclusion.rung, conclusion.missing], ['multimodal', []])
  assert.deepEqual([conclusion.model?.name, conclusion.model?.fusion], [FUSED, 'hybrid'])
})

test('the interval of the model is carried through to the risk', async (t) => {
  const { conclude } = await ward(t)
  const { risk, riskLow, riskHigh, parts } = await conclude()
  const own = parts[1]?.score ?? NaN
  assertNear(riskLow, NEWS2 + (1 - NEWS2) * 0.5 * own, 1e-4)
  assertNear(riskHigh, NEWS2 + (1 - NEWS2) * (0.1 + 0.9 * own), 1e-4)
  assert.ok((riskLow ?? 1) < (risk ?? 0) && (risk ?? 1) < (riskHigh ?? 0))
  const { text } = parts[1]?.findings[0] ?? { text: '' }
  assert.match(text, /^risk of the next 6 h \d+ % \(\d+ to \d+ %\): sepsis has begun or begins$/)
})

test('what is taken out of a window changes the risk to exactly what the model said it would', async (t) => {
  const { conclude, folder } = await ward(t)
  const { subsets } = await rawAnswer(folder)
  const without: Record<(typeof EVIDENCE)[number], Parameters<typeof fullWindow>[0]> = {
    vitals: { history: noHistory() },
    waveforms: { vitals: monitor({ ecg: false }) },
    pcg: { pcg: [] },
    video: { video: [] },
    notes: NO_NOTES,
  }
  for (const [index, name] of EVIDENCE.entries()) {
    const conclusion = await conclude(without[name])
    const expected = subsets[(subsets.length - 1) ^ (1 << index)] ?? NaN
    assert.equal(conclusion.parts[1]?.score, Math.round(expected * 1e4) / 1e4, name)
    assertNear(((conclusion.risk ?? NaN) - NEWS2) / (1 - NEWS2), expected)
    assert.equal(conclusion.risk, sumOf(conclusion))
    assert.ok(!conclusion.parts.some(({ scorer }) => scorer === `${FUSED}:${name}`), `${name} has no part`)
    assert.ok(
      conclusion.missing.some(({ input }) => input === name),
      `${name} is named as missing`,
    )
  }
  const bare = await conclude({ ...without.waveforms, ...without.video, ...without.notes })
  assertNear(((bare.risk ?? NaN) - NEWS2) / (1 - NEWS2), subsets[0b00101] ?? NaN)
})

test('a strange evidence is present and not believed: it is missing, says nothing, and the risk goes without it', async (t) => {
  const { conclude, folder } = await ward(t)
  const { subsets } = await rawAnswer(folder)
  const loud = chunks(10, { sound: (second) => 0.97 * Math.sin(2 * Math.PI * 50 * second) })
  const conclusion = await conclude({ pcg: loud })
  assert.deepEqual(conclusion.missing, [{ input: 'pcg', reason: 'strange' }])
  assert.ok(!JSON.stringify(conclusion.parts).includes('murmur'))
  assertNear(((conclusion.risk ?? NaN) - NEWS2) / (1 - NEWS2), subsets[0b11011] ?? NaN)
  const white = await conclude({ pcg: [], video: [{ ...frame(), jpeg: await grey(255) }] })
  assert.deepEqual(white.missing, [
    { input: 'pcg', reason: 'never_seen' },
    { input: 'video', reason: 'strange' },
  ])
  assert.equal(white.rung, 'vitals_only')
})

test('answers are told of evidence that counted, and of no other', async (t) => {
  const { conclude } = await ward(t)
  const asked = async (changes?: Parameters<typeof fullWindow>[0]): Promise<Set<string>> =>
    new Set(
      (await conclude(changes)).parts.flatMap(({ findings }) =>
        findings.map(({ code }) => code.split(/[:_]/)[0] ?? ''),
      ),
    )
  const all = await asked()
  for (const word of ['risk', 'sepsis', 'alarm', 'murmur', 'view', 'death']) assert.ok(all.has(word), word)
  assert.ok(!all.has('lung') && !all.has('instrument'), 'a question that the frame does not answer is not told')
  const quiet = await asked({ pcg: [], video: [], ...NO_NOTES, vitals: steadyMonitor() })
  for (const word of ['alarm', 'murmur', 'view', 'death']) assert.ok(!quiet.has(word), word)
})

test('what an answer rests on is told of evidence that counted: seconds of the window for a heart sound, channels for an alarm', async (t) => {
  const { conclude } = await ward(t)
  const restsOn = async (name: string, changes: Parameters<typeof fullWindow>[0]): Promise<string[]> => {
    const { parts } = await conclude(changes)
    const findings = parts.filter(({ scorer }) => scorer === `${FUSED}:${name}`).flatMap((part) => part.findings)
    return findings.filter(({ code }) => code === 'rests_on').map(({ text }) => text)
  }
  const loud = (from: number, to: number) => (second: number) =>
    (second >= from && second < to ? 0.8 : 0.01) * Math.sin(2 * Math.PI * 50 * second)
  assert.deepEqual(await restsOn('pcg', { pcg: chunks(10, { sound: loud(3, 5) }) }), [
    'mostly by seconds 3 to 5 of the window (raises it)',
  ])
  assert.deepEqual(
    await restsOn('pcg', { pcg: chunks(10, { sound: loud(7, 8) }).slice(4) }),
    ['mostly by seconds 7 to 8 of the window (raises it)'],
    'of a heart sound that began four seconds into the window',
  )
  assert.deepEqual(await restsOn('pcg', { pcg: chunks(10, { sound: (s) => 0.97 * Math.sin(s * 300) }) }), [], 'strange')
  assert.deepEqual(await restsOn('waveforms', {}), ['mostly by ECG (raises it)'])
  assert.deepEqual(await restsOn('waveforms', { vitals: steadyMonitor() }), [])
})

test('waveforms are looked at only to judge an alarm, and are not missed without one', async (t) => {
  const { conclude } = await ward(t)
  const steady = await conclude({ vitals: steadyMonitor() })
  assert.deepEqual(steady.missing, [])
  assert.ok(!steady.parts.some(({ scorer }) => scorer.endsWith(':waveforms')))
  assert.deepEqual((await conclude({ vitals: monitor({ ecg: false }) })).missing, [
    { input: 'waveforms', reason: 'not_measured' },
  ])
})

test('an evidence has the score of its one question, and of several the risk that it would give alone', async (t) => {
  const { conclude, folder } = await ward(t)
  const { subsets, murmur } = await rawAnswer(folder)
  const { parts } = await conclude()
  const scoreOf = (name: string): number => parts.find(({ scorer }) => scorer === `${FUSED}:${name}`)?.score ?? NaN
  assertNear(scoreOf('pcg'), murmur[0] ?? NaN, 1e-4)
  assertNear(scoreOf('video'), subsets[1 << EVIDENCE.indexOf('video')] ?? NaN, 1e-4)
})

test('single models beside a fused one are shown and add nothing', async (t) => {
  const folder = await fusedFolder(t)
  const alone = await (await started(t, { models: [folder] })).predict([await fullWindow()])
  const both = await (await started(t, { models: ['heart-sound', folder] })).predict([await fullWindow()])
  assert.equal(both[0]?.risk, alone[0]?.risk)
  assert.equal(both[0]?.model?.name, FUSED, 'the model that is named is the one whose risk it is')
  assert.equal(both[0]?.parts.find(({ scorer }) => scorer === 'heart-sound')?.share, 0)
})

test('without NEWS2 there is no risk, and what the model found is still told', async (t) => {
  const { conclude } = await ward(t)
  const conclusion = await conclude({ vitals: [] })
  assert.deepEqual([conclusion.risk, conclusion.riskLow, conclusion.riskHigh], [null, null, null])
  assert.deepEqual([conclusion.rung, conclusion.missing[0]], ['partial', { input: 'vitals', reason: 'never_seen' }])
  assert.equal(conclusion.parts[1]?.findings[0]?.code, 'risk')
})

test('where nothing that came is believed, the model says nothing: the base rate is nobody’s risk', async (t) => {
  const { conclude } = await ward(t)
  const white = [{ ...frame(), jpeg: await grey(255) }]
  const conclusion = await conclude({
    vitals: steadyMonitor(),
    history: noHistory(),
    pcg: [],
    video: white,
    ...NO_NOTES,
  })
  assert.deepEqual([conclusion.rung, conclusion.risk, conclusion.parts[1]?.score], ['news2', 0, null])
  assert.deepEqual(conclusion.parts[1]?.findings, [])
  assert.ok(conclusion.missing.some(({ input, reason }) => input === 'video' && reason === 'strange'))
})

test('a child has what was heard and seen, and no risk that is of adults', async (t) => {
  const { conclude } = await ward(t)
  const conclusion = await conclude({ context: context({ ageBand: '4-8', notes: ['cough'] }) })
  assert.equal(conclusion.risk, null)
  assert.ok(conclusion.missing.some(({ input, reason }) => input === FUSED && reason === 'not_applicable'))
  assert.deepEqual(
    conclusion.parts.filter(({ findings }) => findings.length > 0).map(({ scorer }) => scorer),
    [`${FUSED}:pcg`, `${FUSED}:video`],
  )
})

test('a fused model that hangs leaves NEWS2, says so by stream, and is back with the next window', async (t) => {
  const predictor = await started(t, { models: [await fusedFolder(t)], predictDeadlineMs: 1_000 })
  for (const pid of predictor.pids()) process.kill(pid, 'SIGSTOP')
  const [late] = await predictor.predict([await fullWindow()])
  assert.deepEqual([late?.rung, late?.model, late?.riskLow], ['news2', null, null])
  for (const input of ['vitals', 'pcg', 'video'])
    assert.ok(
      late?.missing.some((one) => one.input === input && one.reason === 'MODEL_DEADLINE'),
      input,
    )
  assert.equal(late?.risk, NEWS2)
  const [back] = await predictor.predict([await fullWindow()])
  assert.equal(back?.rung, 'multimodal')
})

test('while a fused model does not answer, a heart-sound model beside it counts as it does by itself', async (t) => {
  const predictor = await started(t, { models: [await fusedFolder(t), 'heart-sound'], predictDeadlineMs: 1_000 })
  process.kill(predictor.pids()[0] ?? NaN, 'SIGSTOP')
  const [late] = await predictor.predict([await fullWindow()])
  assert.equal(late?.model?.name, 'heart-sound')
  assert.ok((late?.risk ?? 0) > NEWS2)
  assert.ok(late?.missing.some(({ input, reason }) => input === 'video' && reason === 'MODEL_DEADLINE'))
})

test('an unproven fused model is left out and named', async (t) => {
  const folder = await fusedFolder(t, (card) => void (card.sha256 = '0'.repeat(64)))
  const predictor = await started(t, { models: [folder] })
  const [conclusion] = await predictor.predict([await fullWindow()])
  assert.equal(conclusion?.rung, 'news2')
  assert.ok(conclusion?.missing.some(({ input, reason }) => input === 'video' && reason === 'MODEL_HASH_MISMATCH'))
  assert.equal(predictor.health().state, 'degraded')
})

interface Ward {
  folder: string
  conclude(changes?: Parameters<typeof fullWindow>[0]): Promise<Conclusion>
}

async function ward(t: TestContext): Promise<Ward> {
  const folder = await fusedFolder(t)
  const predictor = await started(t, { models: [folder] })
  return {
    folder,
    async conclude(changes) {
      const [conclusion] = await predictor.predict([await fullWindow(changes)])
      assert.ok(conclusion !== undefined)
      return conclusion
    },
  }
}

/** What the file itself answers to the full window. */
async function rawAnswer(folder: string): Promise<{ subsets: number[]; murmur: number[] }> {
  const read = await readModelFolder(folder)
  assert.ok(read.ok, JSON.stringify(read))
  const row = rowFor(read.folder.card.inputs, await prepareWindow(await fullWindow(), EVERY_SOURCE))
  assert.ok(row.ok)
  const { subsets, murmur } = await answerOf(fusedFile(), row.inputs)
  return { subsets: Array.from(subsets?.data ?? []), murmur: Array.from(murmur?.data ?? []) }
}

async function started(t: TestContext, changes: Partial<Config>): Promise<Predictor> {
  const config = defaultConfig({ dataDir: join(tmpdir(), 'vigil-no-choice'), predictDeadlineMs: 20_000, ...changes })
  const logger = pino({ level: 'silent' })
  const predictor = createPredictor({ config, clock: new SystemClock(), metrics: new Metrics(), logger })
  t.after(() => predictor.stop())
  await predictor.start()
  return predictor
}

function sumOf({ parts }: Conclusion): number {
  return parts.reduce((sum, { share }) => sum + share, 0)
}

function assertNear(value: number | null | undefined, expected: number, within = 1e-6): void {
  assert.ok(Math.abs((value ?? NaN) - expected) <= within, `${value} is not ${expected}`)
}

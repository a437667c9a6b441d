import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig, PACKAGE_ROOT } from '../../src/config.ts'
import { Metrics } from '../../src/metrics.ts'
import { EVIDENCE_NAMES, type EvidenceName } from '../../src/predict/evidence.ts'
import { readFusedRisk } from '../../src/predict/fused-risk.ts'
import { readModelFolder, type ModelFolder } from '../../src/predict/model-folder.ts'
import { createPredictor } from '../../src/predict/predictor.ts'
import { tensor, type Tensor, type Tensors } from '../../src/predict/tensor.ts'
import { prepareWindow, rowFor, type TensorSource, WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import { noHistory } from '../support/window-readings.ts'
import { answerOf, answersOf } from './fused-folder.ts'
import { fullWindow, monitor } from './fused-windows.ts'
import { shapleyValues } from './shapley.ts'
import { context } from './windows.ts'

/** How a window is without one evidence, the others as they were. */
const WITHOUT: Readonly<Record<EvidenceName, Parameters<typeof fullWindow>[0]>> = {
  vitals: { history: noHistory() },
  waveforms: { vitals: monitor({ ecg: false }) },
  pcg: { pcg: [] },
  video: { video: [] },
  notes: { context: context() },
}
const WAVES = ['waveforms', 'waveforms_mask']
const [CHANNELS, SECONDS] = [4, 10]
const MURMUR_FROM = 3
const EVERY_SOURCE = new Set(Object.keys(WINDOW_TENSORS) as TensorSource[])

for (const { name, folder } of await fusedModels()) {
  const { card, modelFile } = folder
  const { risk: block } = card
  if (block === undefined) continue

  test(`${name}: what is taken out of a window changes the risk to exactly what the model said it would`, async (t) => {
    const predictor = createPredictor({
      config: defaultConfig({ dataDir: join(tmpdir(), 'vigil-no-choice'), predictDeadlineMs: 20_000, models: [name] }),
      clock: new SystemClock(),
      metrics: new Metrics(),
      logger: pino({ level: 'silent' }),
    })
    t.after(() => predictor.stop())
    await predictor.start()
    const scoreOf = async (changes?: Parameters<typeof fullWindow>[0]): Promise<number | null | undefined> => {
      const [conclusion] = await predictor.predict([await fullWindow(changes)])
      const sum = conclusion?.parts.reduce((total, { share }) => total + share, 0)
      assert.equal(conclusion?.risk, sum)
      return conclusion?.parts.find(({ scorer }) => scorer === card.scorer)?.score
    }
    const row = rowFor(card.inputs, await prepareWindow(await fullWindow(), EVERY_SOURCE))
    assert.ok(row.ok)
    const outputs = await answerOf(await readFile(modelFile), row.inputs)
    const risk = readFusedRisk(block, outputs)
    assert.ok(risk !== null)
    const subsets = Array.from(outputs[block.subsets]?.data ?? [])
    assertNear(await scoreOf(), risk.value)
    const shapley = shapleyValues(subsets)
    for (const [index, { name: evidence, state, share }] of risk.evidence.entries()) {
      assertNear(share, shapley[index] ?? NaN)
      const left = await scoreOf(WITHOUT[evidence])
      const isLast = risk.evidence.every((one) => one.state !== 'counted' || one.name === evidence)
      if (state === 'counted' && !isLast)
        assertNear(left, subsets[(subsets.length - 1) ^ (1 << index)] ?? NaN, evidence)
    }
  })

  test(`${name}: every case of its golden answers is one that may be told`, () => {
    for (const { name: one, outputs } of folder.golden) assert.ok(readFusedRisk(block, outputs) !== null, one)
  })

  test(`${name}: what each channel of an alarm adds is what its encoder says less without it, in a batch with others too`, async () => {
    const whole = goldenInputs(folder, 'everything')
    const without = Array.from({ length: CHANNELS }, (_, channel) => silenced(whole, WAVES, channel))
    const odds = (await answersOf(await shippedFile('alarm-truth/compact.onnx'), [whole, ...without])).map(logOdds)
    const expected = odds.slice(1).map((left) => (odds[0] ?? NaN) - left)
    assert.ok(Math.max(...expected.map(Math.abs)) > 1, 'some channel must matter')
    const nothing = goldenInputs(folder, 'nothing at all')
    const one = [1, 2, 3].reduce((row, channel) => silenced(row, WAVES, channel), whole)
    const [quiet, told, alone, ...fewer] = await answersOf(await readFile(modelFile), [nothing, whole, one, ...without])
    // Its weights are stored in 16 bits.
    for (const [channel, value] of expected.entries())
      assertNear(told?.['waves']?.data[channel], value, `channel ${channel}`, 0.02)
    assert.deepEqual([...(quiet?.['waves']?.data ?? [])], [0, 0, 0, 0], 'where there is no alarm to judge')
    assert.deepEqual([...(alone?.['waves']?.data ?? [])], [0, 0, 0, 0], 'where nothing would be left')
    for (const [channel, answer] of fewer.entries())
      assert.equal(answer['waves']?.data[channel], 0, 'what was not measured adds nothing')
  })

  test(`${name}: a murmur that begins after three seconds rests on those after`, async () => {
    const plain = goldenInputs(folder, 'a murmur from 3 to 5 s')
    const whole = { ...plain, pcg: after(plain['pcg'], goldenInputs(folder, 'everything')['pcg'], MURMUR_FROM) }
    const seconds = [...((await answerOf(await readFile(modelFile), whole))['seconds']?.data ?? [])]
    const raising = seconds.flatMap((value, second) => (value > 0 ? [second] : []))
    assert.deepEqual(raising, [3, 4, 5, 6, 7, 8, 9], seconds.join())
    const heard = await shippedFile('heart-sound/model.onnx')
    const lacking = seconds.map((_, second) => silenced(whole, ['pcg', 'mask'], second, SECONDS))
    const [all = NaN, ...less] = (await answersOf(heard, [whole, ...lacking])).map(logOdds)
    assert.ok(
      less.every((odds, second) => odds < all === second >= MURMUR_FROM),
      `${all} less than, without each: ${less.join()}`,
    )
    assert.ok((less[4] ?? NaN) < all - 0.1, `${less[4]} without the fifth second, ${all} with it`)
    const gap = (await answerOf(await readFile(modelFile), lacking[4] ?? whole))['seconds']?.data
    assert.equal(gap?.[4], 0, 'a second that was not heard adds nothing')
    assert.ok((gap?.[3] ?? 0) > 0)
  })

  test(`${name}: its evidence is in the order that its shares have, and each answer is of one`, () => {
    assert.deepEqual(
      block.evidence.map((one) => one.name),
      EVIDENCE_NAMES,
    )
    for (const { output, evidence } of card.answers) assert.ok(evidence !== undefined, output)
  })
}

function goldenInputs({ golden }: ModelFolder, name: string): Tensors {
  const found = golden.find((one) => one.name === name)
  assert.ok(found !== undefined, name)
  return found.inputs
}

/** A row with one of so many equal parts of these inputs at 0, which is how what was not measured goes in. */
function silenced(row: Tensors, names: readonly string[], part: number, parts = CHANNELS): Tensors {
  const changed = names.map((name) => {
    const { shape, data } = row[name] ?? tensor([0], new Float32Array())
    const size = data.length / parts
    return [name, tensor(shape, Float32Array.from(data).fill(0, part * size, (part + 1) * size))]
  })
  return { ...row, ...(Object.fromEntries(changed) as Tensors) }
}

/** The first of two recordings until so many seconds, then the second one. */
function after(before: Tensor | undefined, then: Tensor | undefined, second: number): Tensor {
  const at = (second * (before?.data.length ?? 0)) / SECONDS
  return tensor(
    before?.shape ?? [],
    Float32Array.of(...(before?.data.slice(0, at) ?? []), ...(then?.data.slice(at) ?? [])),
  )
}

function shippedFile(path: string): Promise<Uint8Array> {
  return readFile(join(PACKAGE_ROOT, 'models', path))
}

/** Of an encoder's finding; no further than the ward's own (models/training/ward/tokens.py). */
function logOdds({ probabilities }: Tensors): number {
  const inside = Math.min(1 - 1e-4, Math.max(1e-4, probabilities?.data[0] ?? NaN))
  return Math.log(inside / (1 - inside))
}

async function fusedModels(): Promise<{ name: string; folder: ModelFolder }[]> {
  const names = readdirSync(join(PACKAGE_ROOT, 'models'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  const read = await Promise.all(names.map(async ({ name }) => ({ name, read: await readModelFolder(name) })))
  return read.flatMap(({ name, read: one }) =>
    one.ok && one.folder.card.risk !== undefined ? [{ name, folder: one.folder }] : [],
  )
}

function assertNear(value: number | null | undefined, expected: number, of?: string, within = 1e-4): void {
  assert.ok(Math.abs((value ?? NaN) - expected) <= within, `${of ?? ''} ${value} is not ${expected}`)
}

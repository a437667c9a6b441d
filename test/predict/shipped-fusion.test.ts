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
import { prepareWindow, rowFor, type TensorSource, WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import { noHistory } from '../support/window-readings.ts'
import { answerOf } from './fused-folder.ts'
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

  test(`${name}: its evidence is in the order that its shares have, and each answer is of one`, () => {
    assert.deepEqual(
      block.evidence.map((one) => one.name),
      EVIDENCE_NAMES,
    )
    for (const { output, evidence } of card.answers) assert.ok(evidence !== undefined, output)
  })
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

function assertNear(value: number | null | undefined, expected: number, of?: string): void {
  assert.ok(Math.abs((value ?? NaN) - expected) <= 1e-4, `${of ?? ''} ${value} is not ${expected}`)
}

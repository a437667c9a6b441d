import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import type { Conclusion } from '../../src/join/window-record.ts'
import { Metrics } from '../../src/metrics.ts'
import { choiceFile } from '../../src/predict/model-choice.ts'
import type { ModelCard } from '../../src/predict/model-card.ts'
import { modelPath } from '../../src/predict/model-folder.ts'
import { createPredictor, type Predictor } from '../../src/predict/predictor.ts'
import { type SwitchCommand, type Switched, switchModels } from '../../src/tune/model-switch.ts'
import { change, shippedFolder } from '../predict/heart-sound-folder.ts'
import { until } from '../predict/processes.ts'
import { chunks, context, HEALTHY, vitals, windowOf } from '../predict/windows.ts'

const WINDOW = windowOf({ context: context(), vitals: [vitals(HEALTHY)], pcg: chunks(10) })

test('a promoted model takes over while windows come, none of them is lost, and a rollback takes it back', async (t) => {
  const { card: shipped } = await shippedFolder()
  const { predictor, clock, site, choose } = await ward(t)
  const versions: string[] = []
  let asking = true
  t.after(() => (asking = false))
  const windows = (async () => {
    while (asking) {
      const conclusions = await predictor.predict([WINDOW, WINDOW, WINDOW])
      for (const { model, rung } of conclusions) {
        assert.equal(rung, 'multimodal', 'every window is answered by a model')
        versions.push(model?.version ?? 'none')
      }
    }
  })()
  await until(() => versions.length > 0)
  assert.ok((await choose('promote', site)).ok)
  clock.advance(2_000)
  await until(() => versions.at(-1) === '9.0.0')
  assert.match(predictor.health().detail, /heart-sound 9\.0\.0 on cpu; NEWS2$/)
  assert.ok((await choose('rollback')).ok)
  clock.advance(2_000)
  await until(() => versions.at(-1) === shipped.version)
  asking = false
  await windows
  await until(() => {
    clock.advance(50)
    return predictor.pids().length === 1
  })
  assert.ok(!(await choose('rollback')).ok, 'there is nothing more to take back')
})

test('a model in the shadow is asked and compared, and nothing of it is in any conclusion', async (t) => {
  const { predictor, clock, site, choose } = await ward(t)
  const [alone] = await predictor.predict([WINDOW])
  assert.ok((await choose('shadow', site)).ok)
  clock.advance(2_000)
  await until(() => predictor.pids().length === 2)
  const beside: Conclusion[] = []
  for (let window = 0; window < 5; window++) beside.push(...(await predictor.predict([WINDOW])))
  for (const conclusion of beside) assert.deepEqual(conclusion, alone)
  await until(async () => {
    clock.advance(10_000)
    const told = await choose('shadow')
    return told.ok && told.lines.some((line) => /5 windows; both answered 5/.test(line))
  })
  const told = await choose('shadow')
  assert.ok(told.ok && told.lines.some((line) => /same decision in 100\.0 %; its score is 0\.0000 higher/.test(line)))
  assert.ok((await choose('shadow', '--stop')).ok)
  clock.advance(2_000)
  await until(() => predictor.pids().length === 1)
})

test('what does not prove itself is refused before it is written down, and by the ward', async (t) => {
  const { predictor, clock, site, choose, dataDir } = await ward(t)
  const broken = await choose('promote', join(site, 'nowhere'))
  assert.ok(!broken.ok && /MODEL_CARD_INVALID/.test(broken.why))
  // Somebody breaks the folder after it was chosen.
  assert.ok((await choose('promote', site)).ok)
  await writeFile(join(site, 'model.onnx'), 'no model')
  clock.advance(2_000)
  await until(() => predictor.health().state === 'degraded')
  assert.match(predictor.health().detail, /heart-sound \d\.\d\.\d on cpu.*refused.*MODEL_HASH_MISMATCH/)
  const [conclusion] = await predictor.predict([WINDOW])
  assert.notEqual(conclusion?.model?.version, '9.0.0')
  await writeFile(choiceFile(dataDir), '{')
  clock.advance(2_000)
  await until(() => /cannot be read/.test(predictor.health().detail))
})

test('a ward that was started with other models does not follow an old choice', async (t) => {
  const { site, choose, dataDir } = await ward(t)
  assert.ok((await choose('promote', site)).ok)
  const { predictor } = await started(t, dataDir, [])
  assert.deepEqual(predictor.health(), { state: 'running', detail: 'NEWS2' })
})

async function ward(t: TestContext) {
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-switch-'))
  t.after(() => rm(dataDir, { recursive: true, force: true }))
  const site = join(dataDir, 'site')
  await cp(modelPath('heart-sound'), site, { recursive: true })
  await change<ModelCard>(site, 'card.json', (card) => void (card.version = '9.0.0'))
  const config = { dataDir, models: ['heart-sound'] }
  const around = { config, clock: new SystemClock(), logger: pino({ level: 'silent' }) }
  const choose = (command: SwitchCommand, target: string | null = null): Promise<Switched> =>
    switchModels(command, target, around)
  return { ...(await started(t, dataDir, config.models)), site, choose, dataDir }
}

async function started(
  t: TestContext,
  dataDir: string,
  models: readonly string[],
): Promise<{ predictor: Predictor; clock: ManualClock }> {
  const clock = new ManualClock(0)
  const config = defaultConfig({ dataDir, models: [...models], predictDeadlineMs: 60_000 })
  const predictor = createPredictor({ config, clock, metrics: new Metrics(), logger: pino({ level: 'silent' }) })
  t.after(() => predictor.stop())
  await predictor.start()
  return { predictor, clock }
}

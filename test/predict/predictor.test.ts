import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig, type Config } from '../../src/config.ts'
import { Metrics } from '../../src/metrics.ts'
import type { PatientWindow } from '../../src/reading.ts'
import { createPredictor, type Predictor } from '../../src/predict/predictor.ts'
import { isAlive } from './processes.ts'
import { chunks, context, frame, HEALTHY, numeric, vitals, windowOf } from './windows.ts'

const READINGS = { vitals: [vitals(HEALTHY)], pcg: chunks(10) }
const FULL = windowOf({ context: context(), ...READINGS })

test('vitals and heart sound are multimodal, and video is named as read by no model', async (t) => {
  const predictor = await started(t)
  const [conclusion] = await predictor.predict([windowOf({ context: context(), ...READINGS, video: [frame()] })])
  assert.ok(conclusion !== undefined)
  assert.equal(conclusion.rung, 'multimodal')
  assert.deepEqual(conclusion.missing, [{ input: 'video', reason: 'no_model' }])
  assert.deepEqual(
    conclusion.parts.map(({ scorer }) => scorer),
    ['news2', 'heart-sound'],
  )
  assert.equal(
    conclusion.risk,
    conclusion.parts.reduce((sum, { share }) => sum + share, 0),
  )
  assert.equal(conclusion.model?.provider, 'cpu')
})

test('many patients at once get what each would get alone, in order', async (t) => {
  const predictor = await started(t)
  const windows = Array.from({ length: 12 }, (_, index) =>
    windowOf({
      patientId: `p-${index}`,
      context: context(),
      vitals: [vitals([...HEALTHY.slice(0, 3), numeric('hr', 60 + 8 * index), numeric('temp', 37)])],
      pcg: index % 3 === 2 ? [] : chunks(3 + (index % 5), { sampleRateHz: index % 2 === 0 ? 2_000 : 4_000 }),
    }),
  )
  const together = await predictor.predict(windows)
  for (const [index, window] of windows.entries())
    assert.deepEqual(await predictor.predict([window]), [together[index]])
})

test('an ill patient is answered before a hundred stable ones that were there first', async (t) => {
  const predictor = await started(t)
  const stable = Array.from({ length: 100 }, (_, index) =>
    windowOf({ patientId: `p-${index}`, context: context(), ...READINGS }),
  )
  const ill = [...HEALTHY.filter(({ code }) => code !== 'rr'), numeric('rr', 30)]
  const urgent = windowOf({ patientId: 'ill', context: context(), vitals: [vitals(ill)], pcg: READINGS.pcg })
  const answered: string[] = []
  const note = (windows: readonly PatientWindow[]): Promise<void>[] =>
    predictor.conclude(windows).map(async (conclusion, index) => {
      await conclusion
      answered.push(windows[index]?.patientId ?? '')
    })
  // Of another partition: asked for when the others wait already.
  await Promise.all([...note(stable), ...note([urgent])])
  assert.equal(answered.length, 101)
  // What is in the model's hands when it comes is not taken out of them.
  assert.ok(answered.indexOf('ill') <= 30, `answered as number ${answered.indexOf('ill')}`)
})

test('without a heart sound NEWS2 answers, without anything nobody does', async (t) => {
  const predictor = await started(t)
  const [news2, nothing] = await predictor.predict([
    windowOf({ context: context(), vitals: READINGS.vitals }),
    windowOf(),
  ])
  assert.deepEqual([news2?.rung, news2?.model], ['news2', null])
  assert.deepEqual(news2?.missing, [
    { input: 'pcg', reason: 'never_seen' },
    { input: 'video', reason: 'never_seen' },
  ])
  assert.deepEqual([nothing?.rung, nothing?.risk], ['limits_only', null])
  assert.deepEqual(
    nothing?.missing.map(({ input }) => input),
    ['vitals', 'pcg', 'video'],
  )
})

test('a model that hangs costs its modality, not the window', async (t) => {
  const predictor = await started(t, { predictDeadlineMs: 300 })
  for (const pid of predictor.pids()) process.kill(pid, 'SIGSTOP')
  const [conclusion] = await predictor.predict([FULL])
  assert.equal(conclusion?.rung, 'news2')
  assert.deepEqual(conclusion?.missing[0], { input: 'video', reason: 'never_seen' })
  assert.deepEqual(conclusion?.missing[1], { input: 'pcg', reason: 'MODEL_DEADLINE' })
  assert.equal(conclusion?.risk, 0)
})

test('a model that cannot be read is left out, said, and no reason not to start', async (t) => {
  const predictor = await started(t, { models: ['no-such-model'] })
  assert.deepEqual(predictor.health(), {
    state: 'degraded',
    detail: 'NEWS2; no-such-model is left out (MODEL_CARD_INVALID)',
  })
  const [conclusion] = await predictor.predict([FULL])
  assert.equal(conclusion?.rung, 'news2')
  assert.deepEqual(conclusion?.missing[0], { input: 'pcg', reason: 'MODEL_CARD_INVALID' })
})

test('a smaller file answers under its own name, almost the same; a model that has none is left out', async (t) => {
  const predictor = await started(t, { models: ['heart-sound:small', 'ward-hybrid:small'] })
  const { state, detail } = predictor.health()
  assert.equal(state, 'degraded')
  assert.match(detail, /^heart-sound:small \S+ on cpu; NEWS2; ward-hybrid:small is left out \(MODEL_NO_SMALL\)$/)
  const [[small], [whole]] = await Promise.all([predictor.predict([FULL]), (await started(t)).predict([FULL])])
  assert.equal(small?.model?.name, 'heart-sound:small')
  assert.notEqual(small.model.sha256, whole?.model?.sha256)
  assert.ok(Math.abs((small.risk ?? NaN) - (whole?.risk ?? NaN)) < 1e-3, `${small.risk}, not ${whole?.risk}`)
})

test('with no models at all NEWS2 runs and says that nobody reads the heart sound', async (t) => {
  const predictor = await started(t, { models: [] })
  assert.deepEqual(predictor.health(), { state: 'running', detail: 'NEWS2' })
  const [conclusion] = await predictor.predict([FULL])
  assert.deepEqual(conclusion?.missing[0], { input: 'pcg', reason: 'no_model' })
})

test('stopping ends the processes, and a window that comes after is still answered', async (t) => {
  const predictor = await started(t)
  const pids = predictor.pids()
  assert.equal(pids.length, 1)
  await predictor.stop()
  assert.deepEqual(pids.filter(isAlive), [])
  const [conclusion] = await predictor.predict([FULL])
  assert.equal(conclusion?.rung, 'news2')
  assert.equal(predictor.health().state, 'stopped')
})

test('a model in several processes is named once, and a process that hangs costs only the windows it has', async (t) => {
  const predictor = await started(t, { predictProcesses: 2, predictDeadlineMs: 2_000 })
  assert.equal(predictor.health().detail, 'heart-sound 2.2.0 on cpu; NEWS2')
  const [first, ...others] = predictor.pids()
  assert.equal(others.length, 1)
  process.kill(first ?? NaN, 'SIGSTOP')
  const conclusions = await predictor.predict([FULL, FULL])
  assert.deepEqual(
    conclusions.map(({ rung }) => rung),
    ['news2', 'multimodal'],
  )
})

async function started(t: TestContext, changes: Partial<Config> = {}): Promise<Predictor> {
  // A choice that somebody made for the default folder is no matter of a test.
  const dataDir = join(tmpdir(), 'vigil-no-choice')
  const config = defaultConfig({ dataDir, predictDeadlineMs: 20_000, models: ['heart-sound'], ...changes })
  const logger = pino({ level: 'silent' })
  const predictor = createPredictor({ config, clock: new SystemClock(), metrics: new Metrics(), logger })
  t.after(() => predictor.stop())
  await predictor.start()
  return predictor
}

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { InferenceProcess } from '../../src/predict/inference-process.ts'
import { shippedFolder } from './heart-sound-folder.ts'
import { isAlive, until } from './processes.ts'

const HERE = new URL('.', import.meta.url)

test('a model that is not there, and a run before any load, are refused and the process lives on', async (t) => {
  const { inference } = started(t)
  const load = await inference.load('/no/such/model.onnx', 'cpu', 1_000)
  assert.equal(load.ok ? null : load.code, 'MODEL_UNPROVEN')
  const run = await inference.run({}, [], 1_000)
  assert.equal(run.ok ? null : run.code, 'MODEL_UNPROVEN')
  assert.ok(inference.alive)
})

test('inputs of a wrong name or shape are refused with words, and the next run is answered', async (t) => {
  const { inference } = started(t)
  const { modelFile, golden } = await shippedFolder()
  assert.ok((await inference.load(modelFile, 'cpu', 60_000)).ok)
  const { pcg, mask } = golden[0]?.inputs ?? {}
  assert.ok(pcg !== undefined && mask !== undefined)
  const whole = { pcg: { ...pcg, shape: [1, 10_000] }, mask: { ...mask, shape: [1, 10_000] } }
  const wrong = await inference.run({ sound: whole.pcg, mask: whole.mask }, ['logits'], 60_000)
  assert.match(wrong.ok ? '' : wrong.detail, /pcg/)
  assert.ok((await inference.run(whole, ['logits'], 60_000)).ok)
})

test('the deadline kills the process, and what was asked then and later ends as a value', async (t) => {
  const { inference, clock } = started(t)
  const { pid } = inference
  assert.ok(pid !== undefined)
  process.kill(pid, 'SIGSTOP')
  const asked = [inference.run({}, [], 500), inference.run({}, [], 5_000)]
  clock.advance(500)
  const codes = (await Promise.all(asked)).map((outcome) => (outcome.ok ? null : outcome.code))
  assert.deepEqual(codes, ['MODEL_DEADLINE', 'MODEL_DOWN'])
  await inference.exited
  const later = await inference.run({}, [], 500)
  assert.equal(later.ok ? null : later.code, 'MODEL_DOWN')
})

test('a parent that is killed leaves no inference process behind', async () => {
  const script = `
    import { SystemClock } from '${new URL('../../src/clock.js', HERE).href}'
    import { InferenceProcess } from '${new URL('../../src/predict/inference-process.js', HERE).href}'
    const inference = new InferenceProcess(new SystemClock())
    await inference.run({}, [], 60_000)
    console.log(inference.pid)
    setInterval(() => undefined, 1_000)`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script])
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  assert.ok(isAlive(pid))
  parent.kill('SIGKILL')
  await until(() => !isAlive(pid))
})

function started(t: TestContext): { inference: InferenceProcess; clock: ManualClock } {
  const clock = new ManualClock()
  const inference = new InferenceProcess(clock)
  t.after(() => inference.stop())
  return { inference, clock }
}

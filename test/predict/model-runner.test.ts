import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { Metrics } from '../../src/metrics.ts'
import type { Golden } from '../../src/predict/golden.ts'
import { readModelFolder, type ModelFolder } from '../../src/predict/model-folder.ts'
import { ModelRunner } from '../../src/predict/model-runner.ts'
import { LOAD_DEADLINE_MS } from '../../src/predict/provider-search.ts'
import { change, copyOfModel, shippedFolder } from './heart-sound-folder.ts'
import { isAlive, until } from './processes.ts'

const DEADLINE_MS = 2_000

test('rows of many windows are answered as each would be alone, to the last bit', async (t) => {
  const { runner, folder } = await started(t)
  const rows = Array.from({ length: 20 }, (_, index) => folder.golden[index % folder.golden.length]?.inputs ?? {})
  const together = await Promise.all(rows.map((row) => runner.score(row)))
  for (const [index, row] of rows.slice(0, folder.golden.length).entries())
    assert.deepEqual(await runner.score(row), together[index])
})

test('a process killed in the middle of a batch loses no row', async (t) => {
  const { runner, folder, metrics } = await started(t)
  const [pid] = runner.pids
  assert.ok(pid !== undefined)
  process.kill(pid, 'SIGSTOP')
  const answers = folder.golden.map(({ inputs }) => runner.score(inputs))
  process.kill(pid, 'SIGKILL')
  const outcomes = await Promise.all(answers)
  assert.ok(
    outcomes.every(({ ok }) => ok),
    JSON.stringify(outcomes.map((outcome) => (outcome.ok ? '' : outcome.detail))),
  )
  assert.notEqual(runner.pids[0], pid)
  assert.match(await metrics.render(), /vigil_model_restarts_total 1/)
})

test('a process that hangs is killed at the deadline, its rows are given up, and the next ones are answered', async (t) => {
  const { runner, folder, clock } = await started(t)
  const [pid] = runner.pids
  assert.ok(pid !== undefined)
  process.kill(pid, 'SIGSTOP')
  const answer = runner.score(folder.golden[0]?.inputs ?? {})
  clock.advance(DEADLINE_MS)
  const outcome = await answer
  assert.equal(outcome.ok ? null : outcome.code, 'MODEL_DEADLINE')
  await until(() => !isAlive(pid))
  assert.equal((await runner.score(folder.golden[0]?.inputs ?? {})).ok, true)
})

test('nobody waits longer than twice the deadline for a model that does not come up', async (t) => {
  const folder = await shippedFolder()
  const { runner, clock } = unstarted(t, folder)
  const starting = runner.start()
  for (const pid of runner.pids) process.kill(pid, 'SIGSTOP')
  const answer = runner.score(folder.golden[0]?.inputs ?? {})
  clock.advance(2 * DEADLINE_MS)
  assert.deepEqual(await answer, { ok: false, code: 'MODEL_DOWN', detail: 'the model is starting' })
  await Promise.all([runner.stop(), starting])
})

test('a model that does not load in time is killed and tried again after a while, for as long as it takes', async (t) => {
  const { runner, clock } = unstarted(t, await shippedFolder())
  const starting = runner.start()
  const [first] = runner.pids
  assert.ok(first !== undefined)
  process.kill(first, 'SIGSTOP')
  clock.advance(LOAD_DEADLINE_MS)
  await starting
  await until(() => !isAlive(first) && runner.state.kind === 'ready')
  assert.notEqual(runner.pids[0], first)
})

test('a model whose golden answer is wrong is left out, and every row says MODEL_UNPROVEN', async (t) => {
  const path = await copyOfModel(t)
  await change<Golden>(path, 'golden.json', (golden) => {
    const logits = golden.cases[0]?.outputs['logits']
    if (logits?.written.as === 'values') logits.written.values[0] = 9
  })
  const { runner, folder } = await started(t, { path })
  assert.equal(runner.state.kind, 'unproven')
  assert.deepEqual(runner.pids, [])
  const outcome = await runner.score(folder.golden[0]?.inputs ?? {})
  assert.equal(outcome.ok ? null : outcome.code, 'MODEL_UNPROVEN')
})

test('providers are tried in order, and one that does not exist is not mistaken for the CPU', async (t) => {
  const { runner } = await started(t, { providers: ['no-such-provider', 'cpu'] })
  assert.equal(runner.state.kind === 'ready' ? runner.state.provider : null, 'cpu')
  const none = await started(t, { providers: ['no-such-provider'] })
  assert.equal(none.runner.state.kind, 'unproven')
})

test('the hourly proof passes for a sound model and leaves it running', async (t) => {
  const { runner, folder } = await started(t)
  const [pid] = runner.pids
  runner.proveAgain()
  assert.equal((await runner.score(folder.golden[0]?.inputs ?? {})).ok, true)
  assert.deepEqual(runner.pids, [pid])
})

test('a model that gives another answer than at its start is replaced at the next proof', async (t) => {
  const { runner, folder, metrics } = await started(t)
  const [pid] = runner.pids
  const expected = folder.golden[0]?.outputs['logits']?.data
  assert.ok(expected !== undefined && pid !== undefined)
  const truth = expected[0] ?? 0
  // What the model should say changes, which is the same as the model changing.
  expected[0] = truth + 1
  runner.proveAgain()
  await until(() => !isAlive(pid))
  assert.match(await metrics.render(), /vigil_model_restarts_total 1/)
  await until(() => runner.state.kind === 'unproven')
  expected[0] = truth
  runner.proveAgain()
  await until(() => runner.state.kind === 'ready')
})

test('stopping leaves no process and answers who still waits', async (t) => {
  const { runner, folder } = await started(t)
  const pids = runner.pids
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  const answers = folder.golden.map(({ inputs }) => runner.score(inputs))
  await runner.stop()
  assert.ok((await Promise.all(answers)).every((outcome) => !outcome.ok && outcome.code === 'MODEL_DOWN'))
  assert.deepEqual(pids.filter(isAlive), [])
  assert.equal((await runner.score(folder.golden[0]?.inputs ?? {})).ok, false)
})

test('stopping while the model is being loaded leaves no process', async (t) => {
  const { runner } = unstarted(t, await shippedFolder())
  const starting = runner.start()
  const pids = runner.pids
  assert.equal(pids.length, 1)
  await Promise.all([runner.stop(), starting])
  assert.deepEqual(pids.filter(isAlive), [])
  assert.equal(runner.state.kind, 'stopped')
})

function unstarted(
  t: TestContext,
  folder: ModelFolder,
  providers: readonly string[] = ['cpu'],
): { runner: ModelRunner; clock: ManualClock; metrics: Metrics } {
  const clock = new ManualClock()
  const metrics = new Metrics()
  const logger = pino({ level: 'silent' })
  const runner = new ModelRunner({ folder, providers, deadlineMs: DEADLINE_MS, mostRows: 8, clock, metrics, logger })
  t.after(() => runner.stop())
  return { runner, clock, metrics }
}

async function started(t: TestContext, { path = 'heart-sound', providers = ['cpu'] } = {}) {
  const read = await readModelFolder(path)
  assert.ok(read.ok, JSON.stringify(read))
  const parts = unstarted(t, read.folder, providers)
  await parts.runner.start()
  return { ...parts, folder: read.folder }
}

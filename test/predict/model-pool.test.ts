import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { Metrics } from '../../src/metrics.ts'
import { ModelPool } from '../../src/predict/model-pool.ts'
import { ModelRunner } from '../../src/predict/model-runner.ts'
import type { Tensors } from '../../src/predict/tensor.ts'
import { shippedFolder } from './heart-sound-folder.ts'
import { isAlive, until } from './processes.ts'

test('a row goes to the process that has the fewest, so one that hangs holds up its own rows only', async (t) => {
  const { pool, row } = await started(t)
  const [first] = pool.pids
  assert.ok(first !== undefined)
  process.kill(first, 'SIGSTOP')
  const held = pool.score(row)
  const others = [await pool.score(row), await pool.score(row)]
  assert.ok(others.every(({ ok }) => ok))
  process.kill(first, 'SIGCONT')
  assert.deepEqual(await held, others[0])
})

test('while a process is being replaced, rows go to the others', async (t) => {
  const { pool, row } = await started(t)
  const [first, second] = pool.pids
  assert.ok(first !== undefined)
  process.kill(first, 'SIGKILL')
  await until(() => pool.states[0]?.kind !== 'ready' && pool.pids.length === 2)
  const successor = pool.pids.find((pid) => pid !== second)
  assert.ok(successor !== undefined && successor !== first)
  // It cannot have been proven as long as it is held still.
  process.kill(successor, 'SIGSTOP')
  assert.ok((await pool.score(row)).ok)
  assert.notEqual(pool.states[0]?.kind, 'ready')
  process.kill(successor, 'SIGCONT')
  await until(() => pool.states.every(({ kind }) => kind === 'ready'))
})

test('a pool that is stopped while it starts leaves no process', async (t) => {
  const { pool } = await pooled(t)
  const starting = pool.start()
  const pids = pool.pids
  await Promise.all([pool.stop(), starting])
  assert.deepEqual([...pids, ...pool.pids].filter(isAlive), [])
  assert.deepEqual(
    pool.states.map(({ kind }) => kind),
    ['stopped', 'stopped'],
  )
})

async function pooled(t: TestContext): Promise<{ pool: ModelPool; row: Tensors }> {
  const folder = await shippedFolder()
  const logger = pino({ level: 'silent' })
  const shared = { folder, providers: ['cpu'], deadlineMs: 2_000, mostRows: 8, logger }
  const clock = new ManualClock()
  const metrics = new Metrics()
  const pool = new ModelPool([1, 2].map(() => new ModelRunner({ ...shared, clock, metrics })))
  t.after(() => pool.stop())
  return { pool, row: folder.golden[0]?.inputs ?? {} }
}

async function started(t: TestContext): Promise<{ pool: ModelPool; row: Tensors }> {
  const parts = await pooled(t)
  await parts.pool.start()
  return parts
}

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { FAULTS } from '../faults/faults.ts'
import { lineOf, type Run } from '../faults/table.ts'
import { leftOut } from '../support/prerequisites.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import { eventually, temporaryFolder } from './ward-process.ts'

/** Wards wait most of the time, so several stand side by side. All together they take three to four minutes. */
const SIDE_BY_SIDE = 3
const SEED = 4
const ALL_WITHIN_MS = 540_000
/** A machine that runs three wards at once is slower than one that runs a ward. */
const TIMES_AS_SLOW = 2

const started = await startKafkaBroker()
const missing = started.ok ? started.broker.restart === null && 'a broker of our own to disturb' : started.missing
if (started.ok) await started.broker.stop()

describe('several processes on a real Kafka lack nothing and double nothing', { skip: leftOut(missing) }, () => {
  const folder = temporaryFolder()
  const file = join(folder, 'runs.json')
  let harness: ChildProcess | null = null
  let said = ''
  const runOf = (name: string): Run | undefined => {
    if (!existsSync(file)) return undefined
    const { runs } = JSON.parse(readFileSync(file, 'utf8')) as { runs: Run[] }
    return runs.find(({ fault }) => fault === name)
  }

  before(() => {
    const script = join(PACKAGE_ROOT, 'dist/test/faults/run.js')
    const args = ['--short', '--seed', String(SEED), '--side-by-side', String(SIDE_BY_SIDE), '--json', file]
    const child = spawn('node', [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    harness = child
    process.on('exit', () => child.kill('SIGTERM'))
  })
  after(async () => {
    const child = harness
    if (child !== null && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(folder, { recursive: true })
  })

  for (const { name } of FAULTS)
    it(`after: ${name}`, async (test) => {
      const run = await eventually('the run is over', ALL_WITHIN_MS, async () => {
        if (harness?.exitCode !== null && runOf(name) === undefined) assert.fail(said)
        return runOf(name)
      })
      if (run.kind === 'left_out' && leftOut(run.why) !== false) return test.skip(run.why)
      if (run.kind !== 'tried') assert.fail(lineOf(run))
      const { missing, doubled, other, expected } = run.verdict
      assert.ok(expected > 0)
      assert.deepEqual({ missing, doubled, other }, { missing: 0, doubled: 0, other: 0 }, lineOf(run))
      assert.deepEqual(run.troubles, [])
      assert.ok(run.recoveryMs <= TIMES_AS_SLOW * run.withinMs, lineOf(run))
    })
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { FAULTS } from '../faults/faults.ts'
import { series } from '../faults/series.ts'
import { lineOf, type Run } from '../faults/table.ts'
import { leftOut } from '../support/prerequisites.ts'
import { startKafkaBroker } from './kafka-broker.ts'

/** Wards wait most of the time, so several stand side by side. All together they take three to four minutes. */
const SIDE_BY_SIDE = 4
/** A machine that runs four wards at once is slower than one that runs a ward. */
const TIMES_AS_SLOW = 2

const started = await startKafkaBroker()
const missing = started.ok
  ? started.broker.restart === null
    ? 'a broker of our own to disturb'
    : false
  : started.missing
if (started.ok) await started.broker.stop()

describe(
  'a ward of several processes on a real Kafka lacks nothing and doubles nothing after',
  { skip: leftOut(missing) },
  () => {
    const runs = new Map<string, Run>()
    const waiting = new Map<string, () => void>()
    let all: Promise<void> = Promise.resolve()

    before(() => {
      all = series({
        faults: FAULTS,
        runs: 1,
        firstSeed: 4,
        length: 'short',
        sideBySide: SIDE_BY_SIDE,
        onRun: (run) => {
          runs.set(run.fault, run)
          waiting.get(run.fault)?.()
        },
      })
    })
    after(() => all)

    for (const { name } of FAULTS)
      it(name, async (test) => {
        if (!runs.has(name)) await Promise.race([all, new Promise<void>((resolve) => waiting.set(name, resolve))])
        const run = runs.get(name)
        assert.ok(run !== undefined)
        if (run.kind === 'left_out' && leftOut(run.why) !== false) return test.skip(run.why)
        assert.equal(run.kind, 'tried', lineOf(run))
        if (run.kind !== 'tried') return
        const { missing, doubled, other, expected } = run.verdict
        assert.ok(expected > 0)
        assert.deepEqual({ missing, doubled, other }, { missing: 0, doubled: 0, other: 0 }, lineOf(run))
        assert.deepEqual(run.troubles, [])
        assert.ok(run.recoveryMs <= TIMES_AS_SLOW * run.withinMs, lineOf(run))
      })
  },
)

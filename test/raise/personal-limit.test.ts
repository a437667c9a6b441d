import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HYPERCAPNIC_LIMIT } from '../../src/raise/default-limits.ts'
import type { Limit } from '../../src/records.ts'
import { Bedside, START_MS } from './bedside.ts'

const HR: Limit = { code: 'hr', low: 60, high: 110, priority: 'medium', conditionDelayMs: 10_000 }
const set = (bed: Bedside, atS: number, limit: Limit, userId = 'nurse-1'): void =>
  void bed.command(atS, { action: 'set_limit', limit, userId })

test('a limit is kept with who set it last, and when the log took it', () => {
  const bed = new Bedside()
  set(bed, 5, HR)
  set(bed, 9, { ...HR, high: 115 }, 'nurse-2')
  assert.deepEqual(bed.state.limits, [{ ...HR, high: 115 }])
  const change = { code: 'hr', priority: 'medium', userId: 'nurse-2', atMs: START_MS + 9_000 }
  assert.deepEqual(bed.state.limitChanges, [change])
})

test('a limit like the unit’s is the unit’s again, and nobody’s', () => {
  const bed = new Bedside()
  set(bed, 5, HR)
  set(bed, 6, { ...HR, low: 50, high: 120 })
  assert.deepEqual([bed.state.limits, bed.state.limitChanges], [[], []])
})

test('SpO2 as the unit has it stays chosen, since a hypercapnic target would stand in the unit’s place', () => {
  const bed = new Bedside()
  const unit = { ...HYPERCAPNIC_LIMIT, low: 90 }
  set(bed, 5, unit)
  assert.deepEqual(bed.state.limits, [unit])
  assert.equal(bed.state.limitChanges.length, 1)
})

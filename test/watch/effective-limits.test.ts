import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Limit } from '../../src/records.ts'
import { DEFAULT_LIMITS } from '../../src/raise/default-limits.ts'
import { AlertBoard } from '../../src/watch/alert-board.ts'
import { effectiveLimits } from '../../src/watch/effective-limits.ts'
import { WardBoard } from '../../src/watch/ward-board.ts'
import { alertState, context } from './ward-records.ts'

function own(low: number | null, high: number | null): Limit {
  return { code: 'hr', low, high, priority: 'medium', conditionDelayMs: 20_000 }
}

function of(limits: readonly Limit[], code: string, priority: string): Limit | undefined {
  return limits.find((limit) => limit.code === code && limit.priority === priority)
}

describe('the limits that hold for a patient', () => {
  it('are the unit’s where nobody set any', () => {
    const byName = (a: Limit, b: Limit): number => `${a.code}${a.priority}`.localeCompare(`${b.code}${b.priority}`)
    assert.deepEqual(effectiveLimits([]).sort(byName), [...DEFAULT_LIMITS].sort(byName))
  })

  it('are a person’s in place of the unit’s, and the high band moves out of what a person accepts', () => {
    const limits = effectiveLimits([own(35, 150)])
    assert.deepEqual(of(limits, 'hr', 'medium'), own(35, 150))
    const high = of(limits, 'hr', 'high')
    assert.deepEqual([high?.low, high?.high], [35, 150])
    assert.deepEqual(of(limits, 'spo2', 'medium'), of(DEFAULT_LIMITS, 'spo2', 'medium'))
  })

  it('leave out a band that a person emptied, and keep the one beyond it', () => {
    const limits = effectiveLimits([own(null, null)])
    assert.equal(of(limits, 'hr', 'medium'), undefined)
    assert.deepEqual(of(limits, 'hr', 'high'), of(DEFAULT_LIMITS, 'hr', 'high'))
  })

  it('are on the board at once, and follow what raise says was set', () => {
    const board = new WardBoard(new AlertBoard())
    board.admit(context())
    assert.equal(of(board.view('patient-1')?.effectiveLimits ?? [], 'hr', 'medium')?.high, 120)
    assert.equal(board.state(alertState({ limits: [own(45, 130)] })), true)
    assert.equal(of(board.view('patient-1')?.effectiveLimits ?? [], 'hr', 'medium')?.high, 130)
    board.discharge('patient-1', 1_000)
    board.admit(context())
    assert.equal(of(board.view('patient-1')?.effectiveLimits ?? [], 'hr', 'medium')?.high, 120)
  })
})

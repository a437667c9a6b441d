import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AlertBoard } from '../../src/watch/alert-board.ts'
import { alert, alertState, condition } from './ward-records.ts'

const ended = { transition: 'cleared', presence: 'off', conditionPresent: false } as const

describe('the alert board', () => {
  it('lists one entry an alert, as its newest transition left it, newest first by the time it was raised', () => {
    const board = new AlertBoard()
    board.take(alert('first', 1), 100)
    board.take(alert('second', 2), 200)
    board.take(alert('first', 3, { transition: 'acknowledged', presence: 'acknowledged' }), 300)
    const listed = board.newest(10)
    assert.deepEqual(
      listed.map(({ id, presence, raisedAppendTimeMs }) => [id, presence, raisedAppendTimeMs]),
      [
        ['second', 'on', 200],
        ['first', 'acknowledged', 100],
      ],
    )
    assert.equal(board.newest(1).length, 1)
    assert.equal(board.newest(10, ({ patientId }) => patientId === 'somebody-else').length, 0)
  })

  it('takes a transition once, however often the log repeats it after a crash', () => {
    const board = new AlertBoard()
    assert.notEqual(board.take(alert('a', 1), 100), null)
    assert.equal(board.take(alert('a', 1), 150), null)
    assert.equal(board.newest(10)[0]?.raisedAppendTimeMs, 100)
  })

  it('keeps of when the reasons are over answers, which look at nothing, and does not guess it', () => {
    const board = new AlertBoard()
    const timeOf = (): number | undefined => board.find('a')?.reasonsTimeMs
    board.take(alert('a', 1, { eventTimeMs: 1_000 }), 100)
    board.take(alert('a', 2, { transition: 'acknowledged', presence: 'acknowledged', eventTimeMs: 5_000 }), 100)
    assert.equal(timeOf(), 1_000)
    board.take(alert('a', 3, { transition: 'priority_changed', eventTimeMs: 9_000 }), 100)
    board.take(alert('a', 4, { transition: 'escalated', eventTimeMs: 12_000 }), 100)
    assert.equal(timeOf(), 9_000)
    board.take(alert('b', 5, { transition: 'escalated', eventTimeMs: 12_000 }), 100)
    assert.equal(board.find('b')?.reasonsTimeMs, undefined)
  })

  it('does not let an older transition that comes late undo a newer one', () => {
    const board = new AlertBoard()
    board.take(alert('a', 1), 100)
    board.take(alert('a', 3, ended), 100)
    assert.notEqual(board.take(alert('a', 2, { transition: 'repeated', count: 2 }), 100), null)
    assert.equal(board.find('a')?.presence, 'off')
    assert.deepEqual(board.standing('patient-1'), [])
  })

  it('knows from alert-state what stands although the log has forgotten how it was raised', () => {
    const board = new AlertBoard()
    const state = alertState({
      bedSequence: 7,
      conditions: [
        condition('old', { presence: 'acknowledged', acknowledgedBy: 'local', transitions: 4 }),
        condition('over', { presence: 'off' }),
      ],
    })
    board.restore(state)
    const standing = board.standing('patient-1')
    assert.deepEqual(
      standing.map(({ alertId, presence, transition, transitionId, raisedAppendTimeMs }) => [
        ...[alertId, presence, transition, transitionId, raisedAppendTimeMs],
      ]),
      [['old', 'acknowledged', 'acknowledged', 'old-4', 1_500]],
    )
    assert.equal(board.bedSequence('patient-1'), 7)
  })

  it('believes the transition rather than the state once it has it', () => {
    const board = new AlertBoard()
    board.restore(alertState({ bedSequence: 7, conditions: [condition('a')] }))
    board.take(alert('a', 2, { reasons: [], count: 5 }), 1_400)
    assert.equal(board.find('a')?.count, 5)
    board.take(alert('a', 8, ended), 1_600)
    assert.deepEqual(board.standing('patient-1'), [])
  })

  it('forgets ended alerts by age and by number, and standing ones never', () => {
    const board = new AlertBoard({ maxAlerts: 3, maxAgeMs: 1_000 })
    board.take(alert('stands', 1), 0)
    for (let sequence = 2; sequence < 6; sequence++) {
      board.take(alert(`ended-${sequence}`, sequence, ended), sequence)
    }
    assert.deepEqual(
      board
        .newest(10)
        .map(({ id }) => id)
        .sort(),
      ['ended-4', 'ended-5', 'stands'],
    )
    board.forget(5_000)
    assert.deepEqual(
      board.newest(10).map(({ id }) => id),
      ['stands'],
    )
  })

  it('gives a screen the transitions after the last it saw, oldest first', () => {
    const board = new AlertBoard()
    for (const sequence of [1, 2, 4, 3]) board.take(alert('a', sequence), 100)
    const { missed, complete } = board.since('patient-1', 2)
    assert.deepEqual(
      missed.map(({ bedSequence }) => bedSequence),
      [3, 4],
    )
    assert.equal(complete, true)
  })

  it('says so when some of what a screen missed is no longer kept, or the screen has seen another log', () => {
    const board = new AlertBoard()
    for (let sequence = 1; sequence <= 600; sequence++) board.take(alert('a', sequence), 100)
    assert.equal(board.since('patient-1', 0).complete, false)
    assert.equal(board.since('patient-1', 100).complete, true)
    assert.equal(board.since('patient-1', 99).complete, false)
    assert.equal(board.since('patient-1', 601).complete, false)
    assert.deepEqual(board.since('nobody', 0), { missed: [], complete: true })
    assert.equal(board.since('nobody', 3).complete, false)
  })

  it('starts a bed’s sequence anew after a discharge', () => {
    const board = new AlertBoard()
    board.take(alert('a', 9), 100)
    board.discharge('patient-1')
    assert.equal(board.bedSequence('patient-1'), 0)
    assert.deepEqual(board.standing('patient-1'), [])
    board.take(alert('b', 1), 200)
    assert.equal(board.bedSequence('patient-1'), 1)
  })
})

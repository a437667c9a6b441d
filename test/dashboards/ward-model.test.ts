import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WardModel } from '../../dashboards/ward/ward-model.ts'
import type { AlertView, BedView, WardView } from '../../src/watch/events.ts'
import { alertView } from './alert-fixture.ts'

const raised = (bedSequence: number, changes: Partial<AlertView> = {}): AlertView =>
  alertView({ alertId: `a${bedSequence}`, transitionId: `t${bedSequence}`, bedSequence, ...changes })

function bedView(bedSequence: number, alerts: AlertView[] = []): BedView {
  return {
    ...{ patientId: 'p1', unitId: 'icu', bedId: 'Bed 1', context: null, vitals: null, prediction: null },
    ...{ alerts, bedSequence, audioPausedUntilMs: null },
  }
}

const board = (bedSequence: number, alerts: AlertView[] = []): WardView =>
  ({ serverTimeMs: 0, beds: [bedView(bedSequence, alerts)], system: null }) as unknown as WardView

function screenAt(bedSequence: number): WardModel {
  const ward = new WardModel()
  ward.takeBoard(board(bedSequence), 0, true)
  return ward
}

test('transitions that follow one another are joined', () => {
  const ward = screenAt(4)
  assert.equal(ward.takeAlert(raised(5)), true)
  assert.equal(ward.takeAlert(raised(6)), true)
  assert.deepEqual(ward.sequences(), { p1: 6 })
})

test('after a gap what is asked for begins before the gap, and only what was not had is told as missed', () => {
  const ward = screenAt(4)
  assert.equal(ward.takeAlert(raised(7)), false)
  assert.equal(ward.takeAlert(raised(8)), false, 'the gap is still there')
  assert.deepEqual(ward.sequences(), { p1: 4 })
  assert.equal(ward.standing.value.length, 2, 'what came is shown meanwhile')
  const told = [raised(5), raised(6), raised(7), raised(8)]
  assert.deepEqual(
    ward.missed(told).map(({ bedSequence }) => bedSequence),
    [5, 6],
  )
  ward.takeBoard(board(8, told), 0, true)
  assert.deepEqual(ward.sequences(), { p1: 8 })
  assert.equal(ward.takeAlert(raised(9)), true)
})

test('a gap closes when what was missing comes after all', () => {
  const ward = screenAt(4)
  ward.takeAlert(raised(6))
  assert.equal(ward.takeAlert(raised(5)), true)
  assert.deepEqual(ward.sequences(), { p1: 6 })
})

test('a bed or a board that comes by itself closes no gap', () => {
  const ward = screenAt(4)
  ward.takeBed(bedView(6), 0)
  ward.takeBoard(board(6), 0, false)
  assert.deepEqual(ward.sequences(), { p1: 4 })
  assert.equal(ward.takeAlert(raised(7)), false)
  ward.takeBed({ ...bedView(3), patientId: 'p2' }, 0)
  assert.deepEqual(ward.sequences(), { p1: 4, p2: 3 }, 'a bed that is new begins where it is')
})

test('an older transition of an alert does not take the place of a newer one', () => {
  const ward = screenAt(0)
  ward.takeAlert(raised(2, { alertId: 'a', presence: 'acknowledged' }))
  ward.takeAlert(raised(1, { alertId: 'a', presence: 'on' }))
  assert.equal(ward.standing.value[0]?.presence, 'acknowledged')
  assert.deepEqual(ward.sequences(), { p1: 2 })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AlertBoard } from '../../src/watch/alert-board.ts'
import { predictionUpdate, vitalsUpdate } from '../../src/watch/updates.ts'
import { WardBoard } from '../../src/watch/ward-board.ts'
import { alertState, context, prediction, vitals } from './ward-records.ts'

function board(): WardBoard {
  return new WardBoard(new AlertBoard())
}

describe('the ward board', () => {
  it('lists beds by unit and by the number in their name', () => {
    const beds = board()
    for (const [patientId, bedId] of [
      ['c', 'icu-10'],
      ['a', 'icu-2'],
    ] as const)
      beds.admit(context({ patientId, bedId }))
    beds.admit(context({ patientId: 'b', unitId: 'hdu', bedId: 'hdu-1' }))
    assert.deepEqual(
      beds.views().map(({ bedId }) => bedId),
      ['hdu-1', 'icu-2', 'icu-10'],
    )
    assert.deepEqual(
      beds.views('hdu').map(({ patientId }) => patientId),
      ['b'],
    )
  })

  it('keeps the newest vitals by event time', () => {
    const beds = board()
    beds.vitals(vitalsUpdate('live', vitals(2_000)))
    beds.vitals(vitalsUpdate('live', vitals(1_000)))
    assert.equal(beds.view('patient-1')?.vitals?.eventTimeMs, 2_000)
  })

  it('shows a window once and never goes back to an older one', () => {
    const beds = board()
    assert.equal(beds.prediction(predictionUpdate('live', prediction(10_000))), true)
    assert.equal(beds.prediction(predictionUpdate('live', prediction(10_000))), false)
    assert.equal(beds.prediction(predictionUpdate('live', prediction(0))), false)
    assert.equal(beds.view('patient-1')?.prediction?.windowStartMs, 10_000)
  })

  it('shows a bed whose patient nobody named, by the patient’s number', () => {
    const beds = board()
    assert.equal(beds.appear('patient-9', 1_000), 'new')
    assert.equal(beds.appear('patient-9', 2_000), 'known')
    assert.deepEqual(
      beds.views().map(({ unitId, bedId, context: who }) => [unitId, bedId, who]),
      [['', 'patient-9', null]],
    )
  })

  it('removes a bed at discharge, and shows it again only if readings go on', () => {
    const beds = board()
    beds.admit(context())
    beds.discharge('patient-1', 10_000)
    assert.equal(beds.view('patient-1'), null)
    assert.equal(beds.appear('patient-1', 15_000), 'discharged')
    assert.equal(beds.appear('patient-1', 75_000), 'new')
  })

  it('tells the lowest rung any bed is on', () => {
    const beds = board()
    assert.equal(beds.lowestRung(), null)
    beds.prediction(predictionUpdate('live', prediction(0)))
    beds.prediction(predictionUpdate('live', prediction(0, { patientId: 'b', rung: 'news2' })))
    assert.equal(beds.lowestRung(), 'news2')
  })

  it('says when a pause or a limit has changed, and only then', () => {
    const beds = board()
    assert.equal(beds.state(alertState()), false)
    const state = alertState({ audioPausedUntilMs: 5_000 })
    assert.equal(beds.state(state), true)
    assert.equal(beds.state({ ...state, bedSequence: 4, streamTimeMs: 9 }), false)
    beds.admit(context())
    assert.equal(beds.view('patient-1')?.audioPausedUntilMs, 5_000)
    beds.discharge('patient-1', 1_000)
    beds.admit(context())
    assert.equal(beds.view('patient-1')?.audioPausedUntilMs, null)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmKind, alarmTensor } from '../../src/predict/alarm-kind.ts'
import type { NumericCode, Signals, Validity } from '../../src/reading.ts'
import { numeric, vitals, windowOf } from './windows.ts'

const EDGES: readonly (readonly [rate: number, kind: ReturnType<typeof alarmKind>])[] = [
  [0, 'asystole'],
  [0.5, 'extreme_bradycardia'],
  [39.9, 'extreme_bradycardia'],
  [40, null],
  [140, null],
  [140.1, 'extreme_tachycardia'],
  [350, 'extreme_tachycardia'],
  [351, null],
  [-1, null],
]

for (const [rate, kind] of EDGES)
  test(`a heart rate of ${rate}/min: ${kind ?? 'no alarm'}`, () => assert.equal(alarmKind(signals([rate])), kind))

test('one value of the window is enough, and of several alarms the most urgent is judged', () => {
  assert.equal(alarmKind(signals([70, 150, 70])), 'extreme_tachycardia')
  assert.equal(alarmKind(signals([150, 30, 70])), 'extreme_bradycardia')
  assert.equal(alarmKind(signals([150, 30, 0])), 'asystole')
})

test('a rate that its monitor doubts may raise an alarm; one that it does not stand by, and a pulse, raise none', () => {
  assert.equal(alarmKind(signals([30], 'questionable')), 'extreme_bradycardia')
  for (const validity of ['invalid', 'calibrating', 'overflow', 'underflow', 'not_available'] as const)
    assert.equal(alarmKind(signals([0], validity)), null)
  assert.equal(alarmKind(signals([30], 'valid', 'pr')), null)
  assert.equal(alarmKind(windowOf().readings.signals), null)
})

test('a rate that is not there is no asystole', () => {
  const readings = [vitals([numeric('hr', null, { validity: 'valid' })])]
  assert.equal(alarmKind(windowOf({ vitals: readings }).readings.signals), null)
})

test('the tensor names one kind, and never one that only a waveform shows', () => {
  assert.deepEqual(alarmTensor(signals([0])), Float32Array.of(1, 0, 0, 0, 0))
  assert.deepEqual(alarmTensor(signals([39])), Float32Array.of(0, 1, 0, 0, 0))
  assert.deepEqual(alarmTensor(signals([141])), Float32Array.of(0, 0, 1, 0, 0))
  assert.equal(alarmTensor(signals([70])), null)
})

function signals(rates: readonly number[], validity: Validity = 'valid', code: NumericCode = 'hr'): Signals {
  return windowOf({ vitals: rates.map((rate, second) => vitals([numeric(code, rate, { validity })], second)) }).readings
    .signals
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modalityState } from '../../dashboards/ward/modality-state.ts'
import type { PredictionUpdate, WindowUpdate } from '../../src/watch/events.ts'

const window: WindowUpdate = {
  mode: 'live',
  patientId: 'p1',
  windowStartMs: 0,
  windowEndMs: 10_000,
  counts: { vitals: 10, pcg: 0, video: 0 },
  closedBy: 'watermark',
}
const prediction: PredictionUpdate = {
  mode: 'live',
  id: 'x',
  patientId: 'p1',
  windowStartMs: 0,
  windowEndMs: 10_000,
  rung: 'vitals_only',
  risk: 0.2,
  parts: [{ scorer: 'news2', version: '1', score: 0.2, share: 0.2, modalities: ['vitals'], findings: [] }],
  missing: [{ input: 'pcg', reason: 'idle' }],
}

test('what the last window held is live, what it lacked is silent and says why', () => {
  assert.equal(modalityState('vitals', window, prediction, true).state, 'live')
  assert.deepEqual(modalityState('pcg', window, prediction, true), { state: 'silent', why: 'silent' })
  assert.equal(modalityState('video', window, null, true).state, 'silent')
})

test('a screen that has only the prediction goes by what was used', () => {
  assert.equal(modalityState('vitals', null, prediction, true).state, 'live')
  assert.equal(modalityState('video', null, prediction, true).state, 'unknown')
})

test('an old window says nothing of now', () => {
  assert.equal(modalityState('vitals', window, prediction, false).state, 'unknown')
})

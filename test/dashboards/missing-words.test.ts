import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingLine } from '../../dashboards/ward/missing-words.ts'
import { ERRORS } from '../../src/errors.ts'

const LINES: readonly (readonly [input: string, reason: string, line: string])[] = [
  ['pcg', 'idle', 'Heart sound: its feed is silent'],
  ['spo2', 'not_measured', 'SpO2: not measured'],
  ['pcg', 'strange', 'Heart sound: unlike all that the model has learnt from, so it does not count'],
  ['notes', 'not_measured', 'Notes: nothing is written'],
  ['waveforms', 'not_measured', 'Waveforms: none to judge the heart-rate alarm by'],
  ['video', 'MODEL_DEADLINE', `Video: ${ERRORS.MODEL_DEADLINE.says}`],
  ['ward-hybrid', 'not_applicable', 'ward-hybrid: not made for this patient'],
  ['video', 'unheard_of', 'Video: unheard_of'],
]

for (const [input, reason, line] of LINES)
  test(`${input} ${reason} is said in plain words`, () => assert.equal(missingLine({ input, reason }), line))

test('vital signs that are strange to a model are those of its history, not the monitor', () => {
  assert.match(missingLine({ input: 'vitals', reason: 'strange' }), /^Vital signs: what they were in the last hours/)
})

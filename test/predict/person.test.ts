import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aboutPerson } from '../../src/predict/person.ts'

test('the middle of a band stands for the age, and what is not known is NaN', () => {
  assert.deepEqual(aboutPerson({ ageBand: '60-69', sex: 'male' }), Float32Array.of(64.5, 1))
  assert.deepEqual(aboutPerson({ ageBand: '90+', sex: 'female' }), Float32Array.of(90, 0))
  for (const ageBand of ['', '6-11 months', 'adult', '< 28 d'])
    assert.deepEqual(aboutPerson({ ageBand, sex: 'unknown' }), Float32Array.of(NaN, NaN))
})

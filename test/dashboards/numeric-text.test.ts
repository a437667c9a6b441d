import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_AVAILABLE, numericText } from '../../dashboards/ward/numeric-text.ts'

test('a valid value is a number, with a decimal only for temperature', () => {
  assert.deepEqual(numericText({ code: 'hr', value: 71.6, validity: 'valid' }), { text: '72', mark: '' })
  assert.deepEqual(numericText({ code: 'temp', value: 37, validity: 'valid' }), { text: '37.0', mark: '' })
})

test('a value its device doubts carries a mark', () => {
  assert.deepEqual(numericText({ code: 'hr', value: 72, validity: 'questionable' }), { text: '72', mark: '?' })
})

test('what is invalid, absent, not a number or impossible is not shown', () => {
  for (const validity of ['invalid', 'not_available', 'overflow', 'underflow'] as const)
    assert.equal(numericText({ code: 'hr', value: 72, validity }), NOT_AVAILABLE)
  assert.equal(numericText({ code: 'hr', value: null, validity: 'valid' }), NOT_AVAILABLE)
  assert.equal(numericText({ code: 'hr', value: NaN, validity: 'valid' }), NOT_AVAILABLE)
  assert.equal(numericText({ code: 'spo2', value: 127, validity: 'valid' }), NOT_AVAILABLE)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitOf, limitTitle, limitWords } from '../../dashboards/ward/limit-words.ts'
import type { Limit } from '../../src/records.ts'

const HR: Limit = { code: 'hr', low: 50, high: 120, priority: 'medium', conditionDelayMs: 10_000 }

test('limits are written as what is allowed, and a side without one is left out', () => {
  assert.equal(limitWords(HR), '50–120')
  assert.equal(limitWords({ low: 90, high: null }), '≥ 90')
  assert.equal(limitWords({ low: null, high: 39 }), '≤ 39')
  assert.equal(limitWords({ low: null, high: null }), '')
  assert.equal(limitWords(undefined), '')
})

test('a limit is found by its numeric and its priority', () => {
  assert.equal(limitOf([HR], 'hr', 'medium'), HR)
  assert.equal(limitOf([HR], 'hr', 'high'), undefined)
  assert.equal(limitOf([HR], 'rr', 'medium'), undefined)
})

test('a limit says when it alarms', () => {
  assert.equal(limitTitle(HR), 'medium alarm below 50 or above 120')
  assert.equal(limitTitle({ ...HR, low: null, priority: 'high' }), 'high alarm above 120')
})

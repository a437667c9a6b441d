import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionWords, numericOf, reasonWords, titleOf } from '../../dashboards/ward/alert-words.ts'
import { alertView } from './alert-fixture.ts'

test('every kind of condition has words', () => {
  const words = {
    'limit:spo2:low': 'SpO2 low',
    'limit:abp_mean:high': 'ABPm high',
    'risk:combined': 'Deterioration score',
    'risk:heart-sound': 'Heart sound abnormal',
    'technical:feed_idle:video': 'Video: no data',
    'technical:lead_off:ecg': 'ECG lead off',
    'technical:lead_off:hr': 'HR lead off',
    'technical:model_down': 'Model not answering',
    'technical:clock_wrong:demo-01/monitor': 'Device clock wrong',
  }
  for (const [condition, expected] of Object.entries(words)) assert.equal(conditionWords(condition), expected)
})

test('a condition nobody knows is shown as it is', () => {
  assert.equal(conditionWords('site:own'), 'site:own')
  assert.equal(conditionWords('technical:own'), 'technical:own')
})

test('an alert without reasons says its condition', () => {
  assert.equal(reasonWords(alertView()), 'SpO2 low')
  const reasons = [{ code: 'limit', text: 'SpO2 84 % below 85 % for 12 s', value: 84, limit: 85, unit: '%' }]
  assert.equal(reasonWords(alertView({ reasons })), 'SpO2 84 % below 85 % for 12 s')
})

test('only a limit condition is about a numeric', () => {
  assert.equal(numericOf('limit:hr:high'), 'hr')
  assert.equal(numericOf('technical:lead_off:ecg'), null)
})

test('the title names the worst alert and how many more there are', () => {
  assert.equal(titleOf([]), 'Vigil')
  assert.equal(titleOf([alertView()]), '!!! Bed 1: SpO2 low · Vigil')
  assert.equal(titleOf([alertView(), alertView(), alertView()]), '!!! Bed 1: SpO2 low (+2) · Vigil')
})

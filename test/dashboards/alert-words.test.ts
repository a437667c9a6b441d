import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  conditionWords,
  missingWords,
  numericOf,
  shortWords,
  titleOf,
  wallWords,
} from '../../dashboards/ward/alert-words.ts'
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

test('what a conclusion lacked is named: a stream, a signal or a scorer', () => {
  assert.deepEqual(['pcg', 'spo2', 'news2'].map(missingWords), ['Heart sound', 'SpO2', 'news2'])
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

test('a narrow tile has a name for every condition whose words all fit its two lines', () => {
  const words = {
    'limit:abp_mean:high': 'ABPm high',
    'risk:combined': 'Score high',
    'risk:heart-sound': 'Heart sound',
    'technical:clock_wrong': 'Clock wrong',
    'technical:feed_idle:pcg': 'No data: heart sound',
    'technical:lead_off:ecg': 'ECG lead off',
    'technical:model_down:ward-hybrid': 'Model not answering',
    'site:own': 'site:own',
  }
  for (const [condition, expected] of Object.entries(words)) assert.equal(shortWords(condition), expected)
})

test('a word that is read from 3 m has twelve letters at most', () => {
  for (const condition of [
    'technical:feed_idle:vitals',
    'technical:lead_off:ecg',
    'technical:clock_wrong:m',
    'technical:own',
    'risk:combined',
    'risk:heart-sound',
    'limit:abp_mean:high',
  ])
    assert.ok(wallWords(condition).length <= 12, wallWords(condition))
  assert.equal(wallWords('limit:spo2:low'), 'SpO2 low')
})

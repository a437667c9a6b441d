import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNews2Age } from '../../src/predict/news2-inputs.ts'
import { news2Score, scoreNews2 } from '../../src/predict/news2-scorer.ts'
import { context, HEALTHY, numeric, source, vitals, windowOf } from './windows.ts'

test('the median of the valid values of the window is scored, so that one spike decides nothing', () => {
  const rates = [70, 71, 300, 72, 70]
  const window = windowOf({
    context: context(),
    vitals: rates.map((rate, second) =>
      vitals([...HEALTHY.slice(0, 3), numeric('hr', rate), numeric('temp', 37)], second),
    ),
  })
  const { part, missing } = scoreNews2(window)
  assert.equal(part.score, 0)
  assert.deepEqual(missing, [])
  assert.equal(part.findings.find(({ code }) => code === 'news2:pulse')?.text, 'HR 71 /min scores 0')
})

test('a questionable or implausible value is not a measurement, and the sign is named', () => {
  const odd = [numeric('spo2', 60, { validity: 'questionable' }), numeric('temp', 99), numeric('rr', null)]
  const window = windowOf({
    context: context(),
    vitals: [vitals([...odd, numeric('hr', 70), numeric('abp_sys', 120)])],
  })
  assert.deepEqual(scoreNews2(window).missing, [
    { input: 'rr', reason: 'not_measured' },
    { input: 'spo2', reason: 'invalid' },
    { input: 'temp', reason: 'invalid' },
  ])
})

test('an arterial line stands before a cuff, and the cuff stands in for it', () => {
  const cuff = numeric('nbp_sys', 85)
  const both = windowOf({ context: context(), vitals: [vitals([...HEALTHY, cuff])] })
  assert.equal(scoreNews2(both).part.score, 0)
  const line = numeric('abp_sys', null)
  const one = windowOf({
    context: context(),
    vitals: [vitals([line, cuff, ...HEALTHY.filter(({ code }) => code !== 'abp_sys')])],
  })
  assert.equal(scoreNews2(one).part.score, 0.3)
})

test('with a sign missing the sum is named a lower bound', () => {
  const window = windowOf({ context: context(), vitals: [vitals(HEALTHY.filter(({ code }) => code !== 'temp'))] })
  const { part } = scoreNews2(window)
  assert.equal(part.score, 0)
  assert.equal(part.findings[0]?.text, 'NEWS2 at least 0; not known: temp')
  assert.equal(part.findings[1]?.code, 'news2_lower_bound')
})

test('two normal signs are not an all-clear', () => {
  const window = windowOf({ context: context(), vitals: [vitals([numeric('hr', 70), numeric('spo2', 98)])] })
  assert.equal(scoreNews2(window).part.score, null)
})

test('two bad signs are an alarm whatever else is not known', () => {
  const window = windowOf({ vitals: [vitals([numeric('hr', 140), numeric('spo2', 80)])] })
  assert.equal(scoreNews2(window).part.score, 0.6)
})

test('a child is not scored', () => {
  const window = windowOf({ context: context({ ageBand: '6-12' }), vitals: [vitals(HEALTHY)] })
  const answer = scoreNews2(window)
  assert.equal(answer.part.score, null)
  assert.deepEqual(answer.missing, [{ input: 'news2', reason: 'not_applicable' }])
})

test('ages below 16 are recognised in the words feeds use', () => {
  for (const band of [
    '0-1',
    '6-12',
    '10-19',
    'Infant',
    'child',
    'Neonate',
    '< 16',
    'under 18',
    '3 months',
    '8 d',
    'Adolescent',
  ])
    assert.equal(isNews2Age(band), false, band)
  for (const band of ['', '16-19', '60-69', '90+', '>= 85', 'adult', '18 years'])
    assert.equal(isNews2Age(band), true, band)
})

test('a silent monitor is the reason for every sign it did not send', () => {
  const window = windowOf({ context: context(), sources: [source({ modality: 'vitals', state: 'idle' })] })
  assert.deepEqual(new Set(scoreNews2(window).missing.map(({ reason }) => reason)), new Set(['idle']))
})

test('5 points are 0.5, 7 are 0.7 and 20 are 1, rising all the way', () => {
  assert.deepEqual([0, 5, 7, 20].map(news2Score), [0, 0.5, 0.7, 1])
  for (let points = 1; points <= 20; points++) assert.ok(news2Score(points) > news2Score(points - 1))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headline, moreReasons, tileWords, withoutWords } from '../../dashboards/ward/alert-reasons.ts'
import type { Reason } from '../../src/records.ts'

function reason(code: string, text: string, value: number | null = null, limit: number | null = null): Reason {
  return { code, text, value, limit, unit: '' }
}

const DETERIORATION = {
  condition: 'risk:combined',
  reasons: [
    reason('risk:combined', 'risk (multimodal) 0.79 at or above 0.7', 0.79, 0.7),
    reason('share:news2', 'news2 0.79, share 0.79', 0.79),
    reason('news2_total', 'NEWS2 11', 11),
    reason('news2:rr', 'RR 22 /min scores 2', 2),
    reason('news2:sbp', 'ABPs 129 mmHg scores 0', 0),
    reason('news2:pulse', 'HR 110 /min scores 1', 1),
    reason('news2:consciousness', 'confusion scores 3', 3),
    reason('share:heart-sound', 'heart-sound 0.02, share 0.00', 0),
  ],
}

test('a deterioration is said with its score and NEWS2, and with the two parameters that weigh most', () => {
  assert.equal(headline(DETERIORATION), 'Deterioration score 0.79, NEWS2 11')
  assert.deepEqual(moreReasons(DETERIORATION), ['Confusion scores 3', 'RR 22 /min scores 2'])
})

test('a tile says the same in fewer words', () => {
  assert.equal(tileWords(DETERIORATION), 'Score 0.79, NEWS2 11')
  const murmur = [
    reason('risk', 'murmur 0.99', 0.99, 0.5),
    reason('murmur_present', 'murmur present at the aortic site'),
  ]
  assert.equal(tileWords({ condition: 'risk:heart-sound', reasons: murmur }), 'Murmur present at the aortic site')
  assert.equal(
    tileWords({ condition: 'limit:hr:high', reasons: [reason('hr', 'HR 146 /min above 140 /min')] }),
    'HR 146 /min above 140 /min',
  )
})

test('what a fused model says stands first where a point of NEWS2 or more is its doing', () => {
  const risk = reason('risk', 'risk of the next 6 h 20 % (12 to 31 %): sepsis begins', 0.2)
  const share = (name: string, value: number): Reason => reason(`share:ward-hybrid${name}`, '', value)
  const more = (vitals: number): string[] => {
    const reasons = [...DETERIORATION.reasons, share('', 0.02), risk, share(':vitals', vitals), share(':pcg', -0.01)]
    return moreReasons({ ...DETERIORATION, reasons })
  }
  assert.deepEqual(more(0.09), ['Risk of the next 6 h 20 % (12 to 31 %): sepsis begins', 'Confusion scores 3'])
  assert.deepEqual(more(0.08), ['Confusion scores 3', 'RR 22 /min scores 2'])
})

test('a NEWS2 that is only a lower bound says so', () => {
  const reasons = [
    reason('risk:combined', 'risk', 0.5, 0.5),
    reason('news2_total', 'NEWS2 at least 5; not known: temperature', 5),
  ]
  assert.equal(headline({ condition: 'risk:combined', reasons }), 'Deterioration score 0.50, NEWS2 at least 5')
})

test('a deterioration that is over says that its score came down', () => {
  const reasons = [reason('risk:combined', 'risk (news2) 0.30 below 0.5', 0.3, 0.5)]
  assert.equal(headline({ condition: 'risk:combined', reasons }), 'Deterioration score down to 0.30')
})

test('a heart sound names what was found and where', () => {
  const reasons = [
    reason('risk:heart-sound', 'heart-sound score 0.99 at or above 0.5', 0.991, 0.5),
    reason('share:heart-sound', 'heart-sound 0.99, share 0.10', 0.1),
    reason('murmur_present', 'murmur present at the aortic site (99 %)', 0.991),
    reason('murmur:absent', 'murmur absent 1 %', 0.007),
  ]
  const alert = { condition: 'risk:heart-sound', reasons }
  assert.equal(headline(alert), 'Murmur present at the aortic site, score 0.99')
  assert.deepEqual(moreReasons(alert), [])
  const over = [reason('risk:heart-sound', 'heart-sound score 0.10 below 0.5', 0.1, 0.5)]
  assert.equal(headline({ ...alert, reasons: over }), 'Heart sound no longer abnormal, score 0.10')
})

test('technical conditions are said as a person says them', () => {
  const clock = [reason('clock_offset', 'device clock was off by 1447.0 s', 1_447_000, 2_000)]
  assert.equal(
    headline({ condition: 'technical:clock_wrong:m', reasons: clock }),
    'Device clock was off by 24 min 07 s',
  )
  const silent = [reason('pcg', 'no pcg since then', new Date(2026, 10, 30, 12, 3, 4).getTime())]
  assert.equal(
    headline({ condition: 'technical:feed_idle:pcg', reasons: silent }),
    'Heart sound: no data since 12:03:04',
  )
  const before = [{ ...reason('pcg', 'no pcg for 12 s', 12), unit: 's' }]
  assert.equal(headline({ condition: 'technical:feed_idle:pcg', reasons: before }), 'Heart sound: no data for 12 s')
  const back = [reason('pcg', 'pcg arrives again')]
  assert.equal(headline({ condition: 'technical:feed_idle:pcg', reasons: back }), 'Heart sound arrives again')
})

test('a limit is said as raise says it, and never with more than three reasons', () => {
  const reasons = ['SpO2 84 % below 85 % for 12 s', 'late', 'b', 'c'].map((text) => reason('spo2', text, 84, 85))
  const alert = { condition: 'limit:spo2:low', reasons }
  assert.equal(headline(alert), 'SpO2 84 % below 85 % for 12 s')
  assert.deepEqual(moreReasons(alert), ['Late', 'B'])
})

test('an alert without reasons says its condition', () => {
  assert.equal(headline({ condition: 'limit:spo2:low', reasons: [] }), 'SpO2 low')
})

test('inputs that were missing are named once and without their reason', () => {
  assert.equal(withoutWords(['video: no_model', 'spo2: not_measured', 'spo2: invalid']), 'video, spo2')
})

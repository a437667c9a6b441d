import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeOfDay } from '../../dashboards/ward/time-of-day.ts'
import { figureOf, nowWords, scoreNow, thenWords } from '../../dashboards/ward/value-then.ts'

const NOW_MS = 1_800_000_000_000
const reason = (value: number | null) => [{ code: 'spo2', text: '', value, limit: 85, unit: '%' }]

test('an alert of a numeric or of the score has a figure; one of the equipment, or without a value, has none', () => {
  assert.equal(figureOf({ condition: 'limit:spo2:low', reasons: reason(84) }), 'spo2')
  assert.equal(figureOf({ condition: 'risk:combined', reasons: reason(0.8) }), 'score')
  assert.equal(figureOf({ condition: 'technical:feed_idle:vitals', reasons: reason(1) }), null)
  assert.equal(figureOf({ condition: 'limit:spo2:low', reasons: reason(null) }), null)
  assert.equal(figureOf({ condition: 'limit:spo2:low', reasons: [] }), null)
})

test('a figure says of when it is, with the day where the time alone could be another day’s', () => {
  const atMs = NOW_MS - 60_000
  assert.equal(thenWords({ reasonsTimeMs: atMs }, NOW_MS), `at ${timeOfDay(atMs)}`)
  assert.match(thenWords({ reasonsTimeMs: NOW_MS - 13 * 3_600_000 }, NOW_MS), /^at \d\d \w+ \d\d:\d\d$/)
  assert.equal(thenWords({}, NOW_MS), 'earlier')
})

test('the value now has its unit and its doubt; what is not fresh or not available is said not to be there', () => {
  assert.equal(nowWords('spo2', { text: '91', mark: '' }), 'now 91 %')
  assert.equal(nowWords('spo2', { text: '91', mark: '?' }), 'now 91? %')
  assert.equal(nowWords('score', scoreNow(0.618)), 'now 0.62')
  for (const none of [null, scoreNow(null), { text: '---', mark: '' } as const])
    assert.equal(nowWords('spo2', none), 'no value now')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { historyWords, timeWords } from '../../dashboards/ward/trend-span.ts'

const HOUR_MS = 3_600_000
const TO_MS = new Date(2026, 10, 30, 18, 5, 9).getTime()

test('a time says as much as its span needs: seconds, minutes, or the day too', () => {
  const over = (ms: number): string => timeWords(TO_MS, { fromMs: TO_MS - ms, toMs: TO_MS })
  assert.deepEqual(
    [over(60_000), over(HOUR_MS), over(24 * HOUR_MS), over(72 * HOUR_MS)],
    ['18:05:09', '18:05', '18:05', 'Mon 18:05'],
  )
})

test('a short history says how much there is of what was asked for; a full one says nothing', () => {
  const told = (hours: number, storedMs: number | null): string =>
    historyWords(storedMs === null ? null : TO_MS - storedMs, { fromMs: TO_MS - hours * HOUR_MS, toMs: TO_MS })
  assert.equal(told(72, 2 * 60_000), 'there are only 2 min of these 72 h')
  assert.equal(told(1, 20_000), 'there are only 20 s of these 1 h')
  assert.equal(told(24, 2.5 * HOUR_MS), 'there are only 2 h 30 min of these 24 h')
  assert.equal(told(72, null), 'nothing is stored of this time')
  assert.equal(told(1, HOUR_MS - 30_000), '')
})

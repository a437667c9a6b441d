import assert from 'node:assert/strict'
import { test } from 'node:test'
import { riskTrend } from '../../dashboards/ward/risk-trend.ts'

const trend = (...risks: (number | null)[]) => riskTrend(risks.map((risk) => ({ risk })))

test('the newest risk is held against the windows before it', () => {
  assert.equal(trend(0.2, 0.2, 0.3), 'rising')
  assert.equal(trend(0.5, 0.5, 0.3), 'falling')
  assert.equal(trend(0.5, 0.5, 0.53), 'steady')
})

test('windows without a risk are left out, and one window is no trend', () => {
  assert.equal(trend(0.2, null, 0.4), 'rising')
  assert.equal(trend(null, 0.4), 'unknown')
  assert.equal(trend(), 'unknown')
})

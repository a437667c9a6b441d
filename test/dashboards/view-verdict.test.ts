import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewVerdict } from '../../dashboards/ward/view-verdict.ts'

const part = (scorer: string, text: string) => ({
  ...{ scorer, version: '1', share: 0, score: null, modalities: ['video' as const] },
  findings: [{ code: 'laparoscopic_view_lost', value: 0.9, text }],
})

test('the view has the verdict of the model, or why there is none', () => {
  const view = part('ward:video', 'laparoscopic view lost (90 %)')
  assert.equal(viewVerdict({ parts: [view], missing: [] }), 'Model, last window: laparoscopic view lost (90 %).')
  const missing = [{ input: 'video', reason: 'idle' }]
  assert.equal(viewVerdict({ parts: [], missing }), 'Model, last window: video: its feed is silent.')
  assert.equal(viewVerdict({ parts: [part('ward:pcg', 'murmur')], missing: [] }), 'No model has judged this view.')
  assert.equal(viewVerdict(null), 'No scored window yet.')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestStretch, restsOnSpans } from '../../dashboards/ward/heart-stretch.ts'
import { SampleRing } from '../../dashboards/ward/sample-ring.ts'

const pcg = (scorer: string, text: string) => ({
  ...{ scorer, version: '1', share: 0, score: null, modalities: ['pcg' as const] },
  findings: [
    { code: 'murmur_present', value: 0.9, text: 'murmur present' },
    { code: 'rests_on', value: 0.5, text },
  ],
})

test('the seconds that a finding rests on are times of the day', () => {
  const text = 'mostly by seconds 1 to 3.5 of the window (raises it), seconds 6 to 7 of the window (raises it)'
  assert.deepEqual(restsOnSpans([pcg('ward:pcg', text)], 100_000), [
    { fromMs: 101_000, toMs: 103_500 },
    { fromMs: 106_000, toMs: 107_000 },
  ])
  assert.deepEqual(restsOnSpans([pcg('ward:vitals', text)], 100_000), [], 'of another evidence it is not of the sound')
  assert.deepEqual(restsOnSpans([pcg('ward:pcg', 'mostly by HR (raises it)')], 0), [])
})

test('the newest stretch ends with the newest sample, and what is missing is none', () => {
  const ring = new SampleRing(1_000, 10)
  assert.equal(newestStretch(ring, 2), null)
  ring.write(5_000, new Int16Array(1_000).fill(16_384))
  const stretch = newestStretch(ring, 2)
  assert.ok(stretch !== null)
  assert.deepEqual([stretch.fromMs, stretch.toMs, stretch.samples.length], [4_000, 6_000, 2_000])
  assert.ok(Number.isNaN(stretch.samples[999]))
  assert.equal(stretch.samples[1_000], 0.5)
})

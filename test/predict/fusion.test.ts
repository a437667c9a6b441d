import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fuse } from '../../src/predict/fusion.ts'
import { NEWS2_SCORER, news2Score } from '../../src/predict/news2-scorer.ts'
import type { Modality, ScorePart } from '../../src/reading.ts'

type Scored = Omit<ScorePart, 'share'>

const score = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null })

test('shares sum to the risk to the last bit, and the risk stays in 0..1', () => {
  fc.assert(
    fc.property(score, score, score, (vitals, heart, other) => {
      const { risk, parts } = fuse([part('news2', vitals), part('heart-sound', heart), part('other', other)])
      const sum = parts.reduce((total, { share }) => total + share, 0)
      assert.equal(risk ?? 0, sum)
      assert.ok(sum >= 0 && sum <= 1)
    }),
  )
})

test('without NEWS2 there is no risk, whatever the heart sounds like', () => {
  assert.deepEqual(fuse([part('news2', null), part('heart-sound', 1)]).risk, null)
})

test('a heart-sound finding alone carries nobody over the thresholds of the risk', () => {
  for (const points of [4, 6]) {
    const threshold = points === 4 ? 0.5 : 0.7
    const { risk } = fuse([part('news2', news2Score(points)), part('heart-sound', 1)])
    assert.ok((risk ?? 1) < threshold && (risk ?? 0) > news2Score(points))
  }
})

test('the strongest of several models counts, not their sum', () => {
  const { parts } = fuse([part('news2', 0.5), part('a', 0.2), part('b', 0.8)])
  assert.deepEqual(
    parts.map(({ share }) => share),
    [0.5, 0, 0.04000000000000001],
  )
})

function part(scorer: string, value: number | null): Scored {
  const modalities: Modality[] = [scorer === 'news2' ? 'vitals' : 'pcg']
  return { scorer, version: '1', score: value, modalities, findings: [] }
}

test('what a model of something else finds is shown and adds nothing', () => {
  const news2 = { scorer: NEWS2_SCORER, version: '1', score: 0.2, modalities: ['vitals' as const], findings: [] }
  const view = { scorer: 'procedure-view', version: '1', score: 0.99, modalities: ['video' as const], findings: [] }
  const { risk, parts } = fuse([news2, view])
  assert.equal(risk, 0.2)
  assert.deepEqual(
    parts.map(({ share }) => share),
    [0.2, 0],
  )
})

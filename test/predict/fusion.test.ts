import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fuse, type WeighedRisk } from '../../src/predict/fusion.ts'
import { NEWS2_SCORER, news2Score } from '../../src/predict/news2-scorer.ts'
import type { Modality, ScorePart } from '../../src/reading.ts'

type Scored = Omit<ScorePart, 'share'>

const EVIDENCE = ['vitals', 'waveforms', 'pcg', 'video', 'notes']
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

/** Shares as a model of single precision gives them: any, that together with the base rate are a probability. */
const weighed = fc
  .tuple(
    fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([shares, probability, spread]): WeighedRisk => {
    const sum = shares.reduce((total, share) => total + share, 0)
    const base = Math.fround(probability - sum)
    return weighedOf([base, ...shares], probability * spread, probability + (1 - probability) * spread)
  })
const OWN = part('fused', 0.5)
const FUSED_PARTS = [OWN, ...EVIDENCE.map((name) => part(`fused:${name}`, null))]

/** Base rate, then vitals, waveforms, pcg, video, notes; none: 0. */
function weighedOf(shares: readonly number[], low = 0, high = 1): WeighedRisk {
  return { own: OWN, low, high, shares: new Map(FUSED_PARTS.map((one, index) => [one, shares[index] ?? 0])) }
}

test('of any shares of a fused model those of the conclusion sum to its risk to the last bit, in 0..1 and in its interval', () => {
  fc.assert(
    fc.property(score, weighed, (vitals, model) => {
      const { risk, riskLow, riskHigh, parts } = fuse([part('news2', vitals), ...FUSED_PARTS], model)
      assert.equal(
        risk ?? 0,
        parts.reduce((total, { share }) => total + share, 0),
      )
      if (risk === null) return assert.equal(vitals, null)
      assert.ok(risk >= 0 && risk <= 1, `${risk}`)
      assert.ok((riskLow ?? NaN) >= 0 && (riskHigh ?? NaN) <= 1)
      assert.ok((riskLow ?? NaN) <= risk && risk <= (riskHigh ?? NaN))
      // The model never hides what NEWS2 says.
      assert.ok(risk >= (vitals ?? 0) - 1e-6)
    }),
    { numRuns: 2_000 },
  )
})

test('a fused model raises what NEWS2 says by its part of the rest, and an evidence may lower it', () => {
  const given = [part('news2', 0.5), ...FUSED_PARTS]
  const { risk, riskLow, riskHigh, parts } = fuse(given, weighedOf([0.02, 0.2, 0, -0.02], 0.1, 0.4))
  const near = (value: number | null | undefined, expected: number): void =>
    assert.ok(Math.abs((value ?? NaN) - expected) < 1e-12, `${value}`)
  near(risk, 0.6)
  near(riskLow, 0.55)
  near(riskHigh, 0.7)
  near(parts.find(({ scorer }) => scorer === 'fused:vitals')?.share, 0.1)
  near(parts.find(({ scorer }) => scorer === 'fused:pcg')?.share, -0.01)
  assert.equal(parts.find(({ scorer }) => scorer === 'fused:video')?.share, 0)
})

test('without NEWS2 a fused model gives no all-clear, and is told where it asks for an urgent response by itself', () => {
  const alone = (probability: number) => fuse([part('news2', null), ...FUSED_PARTS], weighedOf([probability]))
  assert.deepEqual([alone(0.49).risk, alone(0.49).riskLow], [null, null])
  assert.ok(alone(0.49).parts.every(({ share }) => share === 0))
  assert.equal(alone(0.5).risk, 0.5)
})

test('a single model of heart sounds beside a fused one adds nothing', () => {
  const parts = [part('news2', 0.5), part('heart-sound', 1), ...FUSED_PARTS]
  assert.equal(fuse(parts, weighedOf([0.1])).parts[1]?.share, 0)
  assert.ok((fuse(parts).parts[1]?.share ?? 0) > 0, 'when the fused one does not answer it does')
})

test('of two fused models the shares are those of one, though both are of the same name', () => {
  const other = FUSED_PARTS.map((one) => ({ ...one }))
  const { risk, parts } = fuse([part('news2', 0.5), ...other, ...FUSED_PARTS], weighedOf([0.2, 0.4]))
  assert.ok(Math.abs((risk ?? 0) - 0.8) < 1e-12)
  assert.ok(parts.slice(1, 1 + other.length).every(({ share }) => share === 0))
})

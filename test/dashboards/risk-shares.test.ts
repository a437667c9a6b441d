import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { effectWords, isFused, type ShareBar, shareBars } from '../../dashboards/ward/risk-shares.ts'
import type { ScorePart } from '../../src/records.ts'

test('what raises lies right of the zero line, what lowers left of it, all by the root of their share', () => {
  const { zeroPct, bars } = shareBars([
    part('news2', 0.36),
    part('ward', 0.01),
    part('ward:vitals', 0.09),
    part('ward:pcg', -0.04),
  ])
  assert.equal(Math.round(zeroPct), 25)
  assert.deepEqual(
    bars.map(({ label, effect, amount, fromPct, widthPct }) => [
      label,
      effect,
      amount,
      Math.round(fromPct),
      Math.round(widthPct),
    ]),
    [
      ['NEWS2', 'raises', '+0.360', 25, 75],
      ['Base rate', 'raises', '+0.010', 25, 13],
      ['Vital signs', 'raises', '+0.090', 25, 38],
      ['Heart sound', 'lowers', '−0.040', 0, 25],
    ],
  )
})

test('a bar is said in words too, so that neither colour nor place is needed', () => {
  const words = shareBars([part('news2', 0.3), part('ward:notes', -0.0123), part('ward:video', -0.0004)]).bars.map(
    effectWords,
  )
  assert.deepEqual(words, ['raises by 0.300', 'lowers by 0.012', 'adds nothing'])
})

test('every bar lies in its track, whatever the shares', () => {
  const share = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(share, { maxLength: 8 }), (shares) => {
      const { zeroPct, bars } = shareBars(shares.map((one, index) => part(`s${index}`, one)))
      const isIn = ({ fromPct, widthPct }: ShareBar): boolean => fromPct >= 0 && fromPct + widthPct <= 100 + 1e-9
      assert.ok(zeroPct >= 0 && zeroPct <= 100 && bars.every(isIn))
    }),
    { examples: [[[-4.2997382109149044e-24]]] },
  )
})

test('a model beside NEWS2 that is not fused is called by its name, and nothing is no base rate', () => {
  const parts = [part('news2', 0.3), part('heart-sound', 0.01)]
  assert.deepEqual(
    shareBars(parts).bars.map(({ label }) => label),
    ['NEWS2', 'heart-sound'],
  )
  assert.equal(isFused('heart-sound', parts), false)
  assert.deepEqual(shareBars([]), { zeroPct: 0, bars: [] })
})

function part(scorer: string, share: number): ScorePart {
  return { scorer, version: '1', score: null, share, modalities: [], findings: [] }
}

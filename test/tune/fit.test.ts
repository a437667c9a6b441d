import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossFit } from '../../src/tune/cross-fit.ts'
import { minimumOf } from '../../src/tune/minimum.ts'
import { fitHead, headProbabilities } from '../../src/tune/site-head.ts'
import { madeExamples } from './made-examples.ts'

test('the minimum of a stretched bowl is found, and the start is left alone', () => {
  const start = Float64Array.of(5, -3, 2)
  const found = minimumOf(([x = 0, y = 0, z = 0], slope) => {
    slope.set([2 * (x - 1), 200 * (y - 2), 0.02 * (z + 3)])
    return (x - 1) ** 2 + 100 * (y - 2) ** 2 + 0.01 * (z + 3) ** 2
  }, start)
  for (const [index, wanted] of [1, 2, -3].entries()) assert.ok(Math.abs((found[index] ?? NaN) - wanted) < 1e-3)
  assert.deepEqual(start, Float64Array.of(5, -3, 2))
})

test('the slope that the head goes down is that of its loss', () => {
  const examples = madeExamples({ subjects: 12, windowsEach: 2, parentSees: 0.5, embeddingHolds: 1, seed: 1 })
  const head = fitHead(examples, 0.1)
  const lossWith = (change: number, index: number): number => {
    const weights = head.weights.with(index, (head.weights[index] ?? 0) + change)
    const bent = { ...head, weights }
    return examples.reduce((sum, one) => sum - Math.log(headProbabilities(one, bent)[one.label] ?? 0), 0)
  }
  // At the minimum of the loss with its pull, more weight on what holds the truth fits better and costs more.
  assert.ok(lossWith(0.01, 0) < lossWith(0, 0))
  assert.ok((head.weights[0] ?? 0) > 0 && (head.weights[1] ?? 0) < 0)
})

test('a stiff head stays with its parent, whatever the labels say', () => {
  const examples = madeExamples({ subjects: 40, windowsEach: 2, parentSees: 1, embeddingHolds: 1, seed: 2 })
  const head = fitHead(examples, 1e6)
  assert.ok(Math.abs(head.scale - 1) < 1e-3)
  assert.ok(head.weights.every((weight) => Math.abs(weight) < 1e-3))
})

test('what the embedding holds and the parent does not see is learnt, and subjects are scored by who did not see them', () => {
  const examples = madeExamples({ subjects: 120, windowsEach: 3, parentSees: 0.3, embeddingHolds: 1, seed: 3 })
  const { scored } = crossFit(examples, 0)
  assert.equal(scored.length, examples.length)
  const right = (of: 'parent' | 'site'): number =>
    scored.filter((one) => (one[of][0] ?? 0) > 0.5 === (one.example.label === 0)).length / scored.length
  assert.ok(right('site') > right('parent') + 0.1, `${right('site')} against ${right('parent')}`)
  // By heart it would be nearly all.
  const noise = madeExamples({ subjects: 120, windowsEach: 3, parentSees: 0, embeddingHolds: 0, seed: 4 })
  const guessed = crossFit(noise, 0).scored.filter(
    ({ site, example }) => (site[0] ?? 0) > 0.5 === (example.label === 0),
  )
  assert.ok(guessed.length < 0.6 * noise.length)
})

test('a table in another order gives the same', () => {
  const examples = madeExamples({ subjects: 30, windowsEach: 2, parentSees: 0.5, embeddingHolds: 1, seed: 5 })
  const bySubject = (of: ReturnType<typeof crossFit>): Map<unknown, number> =>
    new Map(of.scored.map(({ example, site }) => [example.embedding, Number((site[0] ?? 0).toFixed(6))]))
  const there = bySubject(crossFit(examples, 0))
  for (const [window, p] of bySubject(crossFit([...examples].reverse(), 0))) assert.equal(there.get(window), p)
})

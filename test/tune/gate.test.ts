import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { crossFit } from '../../src/tune/cross-fit.ts'
import { compare, enough, type Objection, objectionsTo } from '../../src/tune/gate.ts'
import { type Example, headProbabilities } from '../../src/tune/site-head.ts'
import { madeExamples, type Ward } from './made-examples.ts'

const SITE: Ward = { subjects: 120, windowsEach: 2, parentSees: 0.6, embeddingHolds: 0.8, seed: 1 }

test('a site whose labels teach something is let through, with its gain by group', () => {
  const examples = madeExamples({ ...SITE, groups: (subject) => ({ sex: subject % 4 < 2 ? 'female' : 'male' }) })
  const { objections, comparisons } = judged(examples)
  assert.deepEqual(objections, [])
  assert.deepEqual(comparisons.map(({ group }) => group).sort(), ['all', 'sex=female', 'sex=male'])
  const [all] = comparisons
  assert.ok(all !== undefined && all.gain.low95 > 0 && all.siteAuroc.value > all.parentAuroc.value)
})

test('too few labels, subjects or kinds of them are said before anything is fitted', () => {
  const codes = (examples: readonly Example[]): string[] => enough(examples, ['yes', 'no']).map(({ says }) => says)
  assert.equal(codes(madeExamples(SITE)).length, 0)
  assert.match(codes(madeExamples({ ...SITE, subjects: 18, windowsEach: 2 }))[0] ?? '', /36 labelled windows/)
  assert.match(codes(madeExamples({ ...SITE, subjects: 10, windowsEach: 8 }))[0] ?? '', /5 subjects are yes/)
  assert.match(codes(madeExamples({ ...SITE, labelled: () => true }))[0] ?? '', /all labels are the same/)
})

test('labels that are swapped are refused, though a head could learn them', () => {
  const swapped = madeExamples({ ...SITE, labelled: (positive) => !positive })
  assert.ok(judged(swapped).objections.some(({ code }) => code === 'TUNE_LABELS_CONTRADICT'))
})

test('labels by chance are refused, though a head that shrugs fits them better than a parent that does not', () => {
  const random = seededRandom(7)
  const chance = madeExamples({ ...SITE, labelled: () => random() < 0.5 })
  const { objections, comparisons } = judged(chance)
  assert.ok((comparisons[0]?.gain.value ?? 0) > 0, 'the trap')
  assert.ok(objections.some(({ code }) => code === 'TUNE_NOT_LEARNT'))
})

test('labels of which a third are swapped are refused by the subjects of the parent', () => {
  const random = seededRandom(8)
  const poisoned = madeExamples({ ...SITE, labelled: (positive) => (random() < 0.33 ? !positive : positive) })
  const anchor = madeExamples({ ...SITE, parentSees: 2.5, seed: 9 })
  assert.ok(judged(poisoned, anchor).objections.some(({ code }) => code === 'TUNE_FORGETS'))
  assert.deepEqual(judged(madeExamples(SITE), madeExamples({ ...SITE, seed: 10 })).objections, [])
})

test('a result that is worse for a group is refused, however good it is overall', () => {
  // Of the men the embedding says the opposite.
  const isMan = (subject: number): boolean => subject % 8 < 2
  const examples = madeExamples({
    ...SITE,
    subjects: 240,
    embeddingHolds: 1.5,
    groups: (subject) => ({ sex: isMan(subject) ? 'male' : 'female' }),
  }).map((example) => {
    if (example.groups['sex'] !== 'male') return example
    return { ...example, embedding: example.embedding.with(0, -(example.embedding[0] ?? 0)) }
  })
  const { objections, comparisons } = judged(examples)
  assert.ok((comparisons[0]?.gain.low95 ?? 0) > 0)
  assert.deepEqual(
    objections.map(({ code }) => code),
    ['TUNE_WORSE_FOR_GROUP'],
  )
})

function judged(
  examples: readonly Example[],
  anchor: readonly Example[] = [],
): { objections: readonly Objection[]; comparisons: ReturnType<typeof compare> } {
  const { scored, head } = crossFit(examples, 0)
  const comparisons = compare(scored, 0, 0)
  const held = anchor.map((example) => ({
    example,
    parent: example.parent,
    site: headProbabilities(example, head),
  }))
  return { objections: objectionsTo(scored, comparisons, held, 0), comparisons }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foundWords } from '../../dashboards/ward/found-words.ts'
import type { Finding, ScorePart } from '../../src/records.ts'

const HEARD: readonly Finding[] = [
  { code: 'murmur_present', value: 0.8, text: 'murmur present at the mitral site (80 %)' },
  { code: 'murmur:absent', value: 0.1, text: 'murmur absent 10 %' },
  { code: 'rests_on', value: 0.3, text: 'mostly by seconds 3 to 5 of the window (raises it)' },
]

test('of an evidence "why" says what it was decided for and what that rests on, not the other classes', () => {
  assert.deepEqual(foundWords(part('ward:pcg', 0.8)), [
    'murmur present at the mitral site (80 %)',
    'mostly by seconds 3 to 5 of the window (raises it)',
  ])
})

test('of a scorer by itself it says the score and all that was found, and that there is none', () => {
  assert.deepEqual(foundWords(part('heart-sound', 0.8)), ['score 0.80', ...HEARD.map(({ text }) => text)])
  assert.equal(foundWords(part('heart-sound', null))[0], 'no answer')
})

function part(scorer: string, score: number | null): ScorePart {
  return { scorer, version: '1', score, share: 0, modalities: ['pcg'], findings: [...HEARD] }
}

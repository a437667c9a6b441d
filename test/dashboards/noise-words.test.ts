import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerWordsOf, longestWords, rateWords, stepsWords } from '../../dashboards/ward/load-words.ts'
import { noiseSentence, suggestionSentence, takenReason } from '../../dashboards/ward/noise-words.ts'
import type { NoisyLimit } from '../../src/watch/limit-suggestion.ts'

const HOUR = 3_600_000
const NOW = 1_800_000_000_000
const noisy = (changes: Partial<NoisyLimit> = {}): NoisyLimit => ({
  ...{ patientId: 'p1', unitId: 'icu', bedId: 'Bed 1', generationMode: 'real', code: 'hr', side: 'high', limit: 120 },
  ...{ now: { low: 50, high: 120 }, fromMs: NOW - 8 * HOUR, raised: 41, actedOn: 0, median: 124, lastedMs: 40_000 },
  suggestion: { to: 126, spared: 34 },
  ...changes,
})

test('a limit is told by what it raised, since when, and that nobody acted', () => {
  const sentence = 'HR > 120 raised 41 times in 8 h, none acted on: median 124, over after 40 s.'
  assert.equal(noiseSentence(noisy(), NOW), sentence)
  const changes = { side: 'low', code: 'spo2', limit: 90, median: 88.5, raised: 1, actedOn: 1, lastedMs: null } as const
  const since = noisy({ ...changes, fromMs: NOW - 3.5 * HOUR })
  assert.equal(noiseSentence(since, NOW), 'SpO2 < 90 raised once in 3 h 30 min, 1 acted on: median 89.')
  assert.match(noiseSentence(noisy({ code: 'temp', limit: 39, median: 39.15 }), NOW), /Temp > 39 .*median 39\.[12]/)
  assert.match(noiseSentence(noisy({ median: null }), NOW), /values not known/)
})

test('a suggestion says what it rests on, and what is not known', () => {
  assert.equal(
    suggestionSentence(noisy()),
    'Suggested: 126. 34 of these 41 values did not lie above it as they raised; how far they went afterwards is not known here.',
  )
  assert.match(suggestionSentence(noisy({ side: 'low' })), /did not lie below it/)
  assert.match(takenReason(noisy(), NOW), /^suggested: HR > 120 raised 41 times.* Suggested: 126\.$/)
})

test('that nothing is suggested is said with the reason', () => {
  const why = (reason: 'few' | 'reaches_high' | 'left'): string =>
    suggestionSentence(noisy({ suggestion: { to: null, why: reason } }))
  assert.equal(why('reaches_high'), 'No suggestion: it would come too near the high alarm.')
  assert.match(why('few'), /^No suggestion: too few/)
  assert.match(why('left'), /left as it is/)
})

test('a load is told in words, and one that is not known as that', () => {
  assert.deepEqual(rateWords({ perHour: 12.5, load: 'too_many' }), { rate: '12.5', words: 'too many' })
  assert.deepEqual(rateWords({ perHour: null, load: null }), { rate: '–', words: 'not known yet' })
  assert.equal(answerWordsOf({ answered: 3, medianAnswerMs: 95_000 }), '1 min 35 s (3)')
  assert.equal(answerWordsOf({ answered: 0, medianAnswerMs: null }), 'none answered')
  assert.equal(longestWords({ longestMs: 600_000, open: true }), '10 min 00 s, still open')
  assert.equal(longestWords({ longestMs: null, open: false }), '–')
  assert.match(stepsWords({ steps: [0, 2] }, 10), /10 minutes, oldest first: 0, 2/)
})

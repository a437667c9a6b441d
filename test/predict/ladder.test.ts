import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rungOf } from '../../src/predict/ladder.ts'
import type { DegradationRung, Modality } from '../../src/reading.ts'

type Answer = readonly [scorer: string, score: number | null, modalities: Modality[]]

const TABLE: readonly (readonly [string, readonly Answer[], DegradationRung])[] = [
  [
    'NEWS2 and the heart sound',
    [
      ['news2', 0, ['vitals']],
      ['heart-sound', 0.1, ['pcg']],
    ],
    'multimodal',
  ],
  [
    'one model over both',
    [
      ['news2', null, ['vitals']],
      ['both', 0.1, ['vitals', 'pcg', 'video']],
    ],
    'multimodal',
  ],
  [
    'the heart sound alone',
    [
      ['news2', null, ['vitals']],
      ['heart-sound', 0.1, ['pcg']],
    ],
    'partial',
  ],
  [
    'NEWS2 beside a silent heart',
    [
      ['news2', 0, ['vitals']],
      ['heart-sound', null, ['pcg']],
    ],
    'news2',
  ],
  [
    'a model of vitals',
    [
      ['news2', 0, ['vitals']],
      ['vitals-net', 0.2, ['vitals']],
    ],
    'vitals_only',
  ],
  [
    'nobody',
    [
      ['news2', null, ['vitals']],
      ['heart-sound', null, ['pcg']],
    ],
    'limits_only',
  ],
  ['no scorer at all', [], 'limits_only'],
]

for (const [who, answers, rung] of TABLE)
  test(`${who}: ${rung}`, () => {
    assert.equal(rungOf(answers.map(([scorer, score, modalities]) => ({ scorer, score, modalities }))), rung)
  })

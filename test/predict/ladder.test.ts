import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rungOf } from '../../src/predict/ladder.ts'
import type { DegradationRung, Modality } from '../../src/reading.ts'

type Answer = readonly [scorer: string, score: number | null, modalities: Modality[]]

const NEWS2: Answer = ['news2', 0, ['vitals']]
const FUSED: Answer = ['fused', 0.1, ['vitals']]
const VITALS: Answer = ['fused:vitals', 0.1, ['vitals']]

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
  ['a fused model over vital signs and a frame', [NEWS2, FUSED, VITALS, ['fused:video', 0.1, ['video']]], 'multimodal'],
  [
    'one whose heart sound counts and is not decided',
    [NEWS2, FUSED, VITALS, ['fused:pcg', null, ['pcg']]],
    'multimodal',
  ],
  [
    'one over the monitor and notes',
    [NEWS2, FUSED, VITALS, ['fused:waveforms', 0.9, ['vitals']], ['fused:notes', 0.1, []]],
    'vitals_only',
  ],
  ['one that does not believe the vital signs', [NEWS2, FUSED, ['fused:pcg', 0.1, ['pcg']]], 'partial'],
  ['one over notes alone', [NEWS2, FUSED, ['fused:notes', 0.1, []]], 'partial'],
  ['one that believes nothing', [NEWS2, ['fused', null, []]], 'news2'],
]

for (const [who, answers, rung] of TABLE)
  test(`${who}: ${rung}`, () => {
    assert.equal(rungOf(answers.map(([scorer, score, modalities]) => ({ scorer, score, modalities }))), rung)
  })

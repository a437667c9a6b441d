import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOLLOW_DEFAULTS, followed, type FeedView, type FrameAnswer } from '../../src/predict/procedure-feed.ts'

const OK: FrameAnswer = { procedure: [0.95, 0.02, 0.01, 0.02], answers: [0.1, 0.5, 0.5] }
const BLACK: FrameAnswer = { procedure: [0.01, 0, 0.02, 0.97], answers: [0.99, 0.4, 0.2] }
const TOOL: FrameAnswer = { procedure: [0.1, 0.8, 0, 0.1], answers: [0.3, 0.9, 0.5] }

function after(frames: readonly (readonly [atMs: number, frame: FrameAnswer])[], newest = 1): FeedView | null {
  const settings = { ...FOLLOW_DEFAULTS, newest }
  return frames.reduce<FeedView | null>((before, [atMs, frame]) => followed(before, frame, atMs, settings), null)
}

//  ok ── black ──────── held ────────┤ no procedure
//  0     1 s                       120 s
test('a black frame alone is no procedure; in a laparoscopy it is a lost view, for as long as it is held', () => {
  assert.deepEqual(after([[0, BLACK]]), { procedure: 'none', isSeen: false, seenAtMs: 0, answer: null })
  const held = { procedure: 'laparoscopy', isSeen: false, seenAtMs: 0, answer: 0.99 }
  assert.deepEqual(after([[0, OK], [1_000, BLACK]]), held) // prettier-ignore
  assert.deepEqual(after([[0, OK], [1_000, BLACK], [120_000, BLACK]]), held) // prettier-ignore
  assert.equal(after([[0, OK], [1_000, BLACK], [120_001, BLACK]])?.procedure, 'none') // prettier-ignore
})

test('a black frame says nothing of an instrument', () => {
  assert.equal(after([[0, TOOL]])?.answer, 0.9)
  assert.deepEqual(after([[0, TOOL], [1_000, BLACK]]), { procedure: 'laryngoscopy', isSeen: false, seenAtMs: 0, answer: null }) // prettier-ignore
})

test('smoothing is off unless it is asked for, never spans two procedures and never sticks at the ends', () => {
  assert.equal(after([[0, OK], [1_000, { ...OK, answers: [0.9, 0, 0] }]])?.answer?.toFixed(6), '0.900000') // prettier-ignore
  assert.equal(after([[0, OK], [1_000, { ...OK, answers: [0.9, 0, 0] }]], 0.5)?.answer?.toFixed(6), '0.500000') // prettier-ignore
  assert.equal(after([[0, OK], [1_000, TOOL]], 0.5)?.answer?.toFixed(6), '0.900000') // prettier-ignore
  const certain = { ...OK, answers: [1, 0, 0] }
  const answer = after([[0, certain], ...[1, 2, 3, 4, 5].map((second) => [second * 1_000, OK] as const)], 0.5)?.answer
  assert.ok(answer !== null && answer !== undefined && answer < 0.5)
})

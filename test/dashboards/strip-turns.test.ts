import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StripTurns } from '../../dashboards/ward/strip-turns.ts'

const FRAME_MS = 1_000 / 60
/** Frames that are looked at together, and then some. */
const A_LOOK = 31

/** So many frames, a gap apart; returns of each whether it painted the strips. */
function frames(turns: StripTurns, at: { ms: number }, count: number, gapMs: number): boolean[] {
  return Array.from({ length: count }, () => turns.frame((at.ms += gapMs)))
}

test('on a machine that keeps up every frame paints the strips', () => {
  assert.ok(frames(new StripTurns(), { ms: 0 }, 600, FRAME_MS).every(Boolean))
})

test('the frame that an alert is drawn in and the next one paint no strips, those after do', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, 5, FRAME_MS)
  turns.giveWay()
  assert.deepEqual(frames(turns, at, 4, FRAME_MS), [false, false, true, true])
})

test('strips go on, however many alerts come, also where frames come late', () => {
  for (const [gapMs, oneIn, expected] of [
    [FRAME_MS, 1, 30],
    [3 * FRAME_MS, 3, 18],
  ] as const) {
    const turns = new StripTurns()
    const at = { ms: 0 }
    frames(turns, at, A_LOOK, FRAME_MS)
    frames(turns, at, 3 * A_LOOK, gapMs)
    assert.equal(turns.oneIn, oneIn)
    let painted = 0
    for (let frame = 0; frame < 90; frame++) {
      turns.giveWay()
      if (turns.frame((at.ms += gapMs))) painted++
    }
    assert.equal(painted, expected)
  }
})

test('where frames come late only every second has strips, then every third, never fewer', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, A_LOOK, FRAME_MS)
  frames(turns, at, A_LOOK, 1.5 * FRAME_MS)
  assert.equal(turns.oneIn, 2)
  assert.equal(frames(turns, at, 20, FRAME_MS).filter(Boolean).length, 10)
  frames(turns, at, 20 * A_LOOK, 1.5 * FRAME_MS)
  assert.equal(turns.oneIn, 3)
})

test('every frame has strips again once frames have been in time for a while', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, A_LOOK, FRAME_MS)
  frames(turns, at, A_LOOK, 3 * FRAME_MS)
  frames(turns, at, 5 * A_LOOK, FRAME_MS)
  assert.equal(turns.oneIn, 2, 'not at once: they would be late again')
  frames(turns, at, 10 * A_LOOK, FRAME_MS)
  assert.equal(turns.oneIn, 1)
})

test('a frame that comes too soon after a late one does not make all others late', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  for (let times = 0; times < 100; times++) {
    frames(turns, at, 8, FRAME_MS)
    frames(turns, at, 1, 1.6 * FRAME_MS)
    frames(turns, at, 1, 0.4 * FRAME_MS)
  }
  assert.equal(turns.oneIn, 1)
})

test('a screen that draws thirty times a second is not late by that, nor is one that was hidden', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, 300, 2 * FRAME_MS)
  for (let times = 0; times < 40; times++) {
    frames(turns, at, 10, 2 * FRAME_MS)
    frames(turns, at, 1, 60_000)
  }
  assert.equal(turns.oneIn, 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StripTurns } from '../../dashboards/ward/strip-turns.ts'

const FRAME_MS = 1_000 / 60
/** Frames that are looked at together, and then some. */
const A_LOOK = 31

/** So many frames, a gap apart; returns the places of four strips that each of them painted. */
function frames(turns: StripTurns, at: { ms: number }, count: number, gapMs: number): number[][] {
  return Array.from({ length: count }, () => {
    at.ms += gapMs
    return [0, 1, 2, 3].filter(turns.frame(at.ms))
  })
}

test('on a machine that keeps up every frame paints every strip', () => {
  const turns = new StripTurns()
  for (const painted of frames(turns, { ms: 0 }, 600, FRAME_MS)) assert.deepEqual(painted, [0, 1, 2, 3])
})

test('the frame that an alert is drawn in and the next one paint no strips, those after do', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, 5, FRAME_MS)
  turns.giveWay()
  assert.deepEqual(
    frames(turns, at, 4, FRAME_MS).map(({ length }) => length),
    [0, 0, 4, 4],
  )
})

test('strips go on, however many alerts come', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  let painted = 0
  for (let frame = 0; frame < 60; frame++) {
    turns.giveWay()
    if (frames(turns, at, 1, FRAME_MS)[0]?.length === 4) painted++
  }
  assert.equal(painted, 20)
})

test('where frames come late strips take turns, each painted as often as the others, never fewer than one in three', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, A_LOOK, FRAME_MS)
  frames(turns, at, A_LOOK, 3 * FRAME_MS)
  assert.equal(turns.oneIn, 2)
  const counts = [0, 0, 0, 0]
  for (const painted of frames(turns, at, 20, FRAME_MS))
    for (const place of painted) counts[place] = (counts[place] ?? 0) + 1
  assert.deepEqual(counts, [10, 10, 10, 10])
  frames(turns, at, 20 * A_LOOK, 3 * FRAME_MS)
  assert.equal(turns.oneIn, 3)
})

test('they are all painted again once frames have been in time for a while', () => {
  const turns = new StripTurns()
  const at = { ms: 0 }
  frames(turns, at, A_LOOK, FRAME_MS)
  frames(turns, at, A_LOOK, 3 * FRAME_MS)
  frames(turns, at, 5 * A_LOOK, FRAME_MS)
  assert.equal(turns.oneIn, 2, 'not at once: they would be late again')
  frames(turns, at, 10 * A_LOOK, FRAME_MS)
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

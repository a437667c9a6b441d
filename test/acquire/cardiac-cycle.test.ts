import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CardiacCycle } from '../../src/acquire/cardiac-cycle.ts'
import { Course } from '../../src/acquire/demo-course.ts'

const PERIOD_S = 600
const cycleOf = (seed: number): CardiacCycle =>
  new CardiacCycle(new Course([[0, 60], [300, 120]], PERIOD_S), new Course([[0, 14]], PERIOD_S), PERIOD_S, seed) // prettier-ignore

test('a beat is the same whichever stretch it is asked in, and whatever was asked before', () => {
  const whole = cycleOf(1).beats(100, 160)
  const asked = cycleOf(1)
  asked.beats(5_000, 5_010)
  const parts = [100, 117.3, 117.31, 140].flatMap((fromS, index, cuts) => asked.beats(fromS, cuts[index + 1] ?? 160))
  assert.ok(whole.length > 60)
  assert.deepEqual(parts, whole)
})

test('beats are numbered without a gap, in order, and each knows the next', () => {
  const beats = cycleOf(2).beats(590, 640)
  for (const [at, beat] of beats.entries()) {
    const next = beats[at + 1]
    if (next === undefined) continue
    assert.equal(next.index, beat.index + 1)
    assert.ok(Math.abs(next.timeS - beat.timeS - beat.intervalS) < 1e-9)
  }
})

test('the heart rate follows its course', () => {
  const cycle = cycleOf(3)
  for (const [atS, rate] of [
    [60, 72],
    [150, 90],
    [300, 120],
    [450, 90],
  ] as const) {
    // prettier-ignore
    const beats = cycle.beats(atS - 20, atS + 20).length
    assert.ok(Math.abs(beats * 1.5 - rate) <= 3, `${beats} beats in 40 s around ${atS} s`)
    assert.ok(Math.abs(cycle.heartRateAt(atS + 4) - rate) <= 6)
  }
})

test('intervals vary, and the heart is faster while breathing in', () => {
  const cycle = new CardiacCycle(new Course([[0, 70]], PERIOD_S), new Course([[0, 14]], PERIOD_S), PERIOD_S, 4)
  const beats = cycle.beats(0, 300)
  const breathingIn = (atS: number): boolean => cycle.chestAt(atS + 0.05) > cycle.chestAt(atS - 0.05)
  const mean = (intervals: number[]): number => intervals.reduce((sum, value) => sum + value, 0) / intervals.length
  const middle = (beat: { timeS: number; intervalS: number }): number => beat.timeS + beat.intervalS / 2
  const inwards = mean(beats.filter((beat) => breathingIn(middle(beat))).map((beat) => beat.intervalS))
  const outwards = mean(beats.filter((beat) => !breathingIn(middle(beat))).map((beat) => beat.intervalS))
  assert.ok(outwards - inwards > 0.02, `${inwards} s in, ${outwards} s out`)
  const all = mean(beats.map((beat) => beat.intervalS))
  const sdnn = Math.sqrt(mean(beats.map((beat) => (beat.intervalS - all) ** 2)))
  assert.ok(sdnn > 0.015 && sdnn < 0.1, `SDNN ${sdnn} s`)
})

test('another seed is another rhythm', () => {
  assert.notDeepEqual(cycleOf(5).beats(0, 10), cycleOf(6).beats(0, 10))
})

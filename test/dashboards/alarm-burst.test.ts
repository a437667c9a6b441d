import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRIORITY_VALUES } from '../../src/records.ts'
import { burstOf, BURSTS, burstS, HARMONICS, type Burst } from '../../dashboards/ward/alarm-burst.ts'

test('high is five pulses twice, medium three, low two', () => {
  assert.deepEqual(
    [BURSTS.high, BURSTS.medium, BURSTS.low].map(({ pulses }) => pulses.length),
    [10, 3, 2],
  )
})

test('pulses and pauses keep to the ranges of IEC 60601-1-8', () => {
  const within = (burst: Burst, pulse: readonly [number, number], pause: readonly [number, number]): void => {
    for (const { durationS } of burst.pulses) assert.ok(durationS >= pulse[0] && durationS <= pulse[1])
    assert.ok(burst.pauseS >= pause[0] && burst.pauseS <= pause[1])
    assert.ok(burst.frequencyHz >= 150 && burst.frequencyHz <= 1_000)
    const harmonics = HARMONICS.map((_, order) => order * burst.frequencyHz).filter((hz) => hz >= 300 && hz <= 4_000)
    assert.ok(harmonics.length >= 4)
  }
  within(BURSTS.high, [0.075, 0.2], [2.5, 15])
  within(BURSTS.medium, [0.125, 0.25], [2.5, 30])
  within(BURSTS.low, [0.125, 0.25], [15, Infinity])
})

test('the rhythm of high is three pulses, a longer gap, two pulses, and the same again', () => {
  const starts = BURSTS.high.pulses.map(({ startS }) => startS)
  const gaps = starts.slice(1).map((startS, index) => startS - (starts[index] ?? 0))
  const long = gaps.flatMap((gap, index) => (gap > 0.3 ? [index] : []))
  assert.deepEqual(long, [2, 4, 7])
  assert.ok(burstS(BURSTS.high) > burstS(BURSTS.medium))
})

test('nobody answers: the pause between bursts of high gets shorter with each level, and no shorter than allowed', () => {
  const pauses = [0, 1, 2, 3, 9].map(
    (level) => burstOf({ priority: 'high', kind: 'physiological', level, reminder: false }).pauseS,
  )
  assert.deepEqual(pauses, [3.5, 3, 2.5, 2.5, 2.5])
})

test('the equipment has fundamentals of its own, within the same ranges', () => {
  const hz = (kind: 'physiological' | 'technical'): number[] =>
    PRIORITY_VALUES.map((priority) => burstOf({ priority, kind, level: 0, reminder: false }).frequencyHz)
  const technical = hz('technical')
  for (const frequency of technical) {
    assert.ok(!hz('physiological').includes(frequency))
    assert.ok(frequency >= 150 && frequency <= 1_000)
    assert.ok(HARMONICS.map((_, order) => order * frequency).filter((f) => f >= 300 && f <= 4_000).length >= 4)
  }
})

test('a reminder is the signal of its priority, at the longest pause the standard allows', () => {
  const burst = burstOf({ priority: 'medium', kind: 'physiological', level: 0, reminder: true })
  assert.deepEqual([burst.pulses.length, burst.pauseS], [3, 30])
})

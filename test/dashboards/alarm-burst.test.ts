import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BURSTS, burstS, HARMONICS, type Burst } from '../../dashboards/ward/alarm-burst.ts'

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

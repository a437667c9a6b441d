import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ERASE_BAR_PX,
  PX_PER_MM,
  roundUp,
  scaleAround,
  sweepOf,
  sweepSpanMs,
  sweepX,
  sweptPieces,
  SWEEPS_MM_PER_S,
  unitBar,
} from '../../dashboards/ward/sweep.ts'

test('one second is 25 mm of paper', () => {
  const sweep = sweepOf(2_000)
  assert.ok(Math.abs(sweepX(sweep, 1_000) - sweepX(sweep, 0) - 25 * PX_PER_MM) < 1e-9)
})

test('the sweep wraps at the end of the strip', () => {
  const sweep = sweepOf(400)
  const spanMs = sweepSpanMs(sweep)
  assert.ok(Math.abs(sweepX(sweep, 7 * spanMs + 100) - sweepX(sweep, 100)) < 1e-6)
  assert.ok(sweepX(sweep, -1) > 399)
})

test('played back ten times faster, ten times the event time lies on the strip', () => {
  assert.ok(Math.abs(sweepSpanMs(sweepOf(400, 10)) - 10 * sweepSpanMs(sweepOf(400))) < 1e-6)
})

test('a frame erases what it swept and a bar ahead, in two pieces where the strip wraps', () => {
  const sweep = { widthPx: 100, pxPerMs: 0.1 }
  assert.deepEqual(sweptPieces(sweep, 100, 200), [{ x: 10, width: 10 + ERASE_BAR_PX }])
  assert.deepEqual(sweptPieces(sweep, 900, 950), [
    { x: 90, width: 10 },
    { x: 0, width: 5 + ERASE_BAR_PX - 10 },
  ])
  assert.deepEqual(sweptPieces(sweep, 0, 5_000), [{ x: 0, width: 100 }])
})

test('a scale is round, holds the range and is not much wider', () => {
  for (const [low, high] of [
    [-0.25, 1.1],
    [72, 131],
    [0, 0],
    [-3_000, 12_000],
  ] as const) {
    const scale = scaleAround(low, high)
    assert.ok(scale.low <= low && scale.high >= high, `${low}..${high} in ${scale.low}..${scale.high}`)
    if (high > low) assert.ok(scale.high - scale.low <= (high - low) * 2.1)
  }
  assert.deepEqual([0.9, 1.2, 7, 61].map(roundUp), [1, 1.5, 8, 80])
})

test('at another paper speed the same second is longer or shorter, as ECG paper has it', () => {
  const second = (mmPerS: number): number => (sweepOf(1_000, 1, mmPerS).pxPerMs * 1_000 * 25.4) / 96
  for (const mmPerS of SWEEPS_MM_PER_S) assert.equal(Math.round(second(mmPerS) * 100) / 100, mmPerS)
})

test('a bar of one unit stands on the baseline where that is on the strip, and is as high as one unit is', () => {
  assert.deepEqual(unitBar({ low: -1, high: 3 }), { bottom: 0.25, height: 0.25 })
  assert.deepEqual(unitBar({ low: 2, high: 6 }), { bottom: 0, height: 0.25 })
  assert.equal(unitBar({ low: -0.2, high: 0.6 }), null, 'no room for it')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { news2, type News2Inputs, type News2Parameter } from '../../src/predict/news2.ts'

const NORMAL: News2Inputs = {
  rrPerMin: 16,
  spo2Pct: 97,
  supplementalOxygen: false,
  sbpMmHg: 120,
  pulsePerMin: 70,
  consciousness: 'alert',
  tempC: 37,
  hypercapnicTarget: false,
}

type Row = readonly [parameter: News2Parameter, inputs: Partial<News2Inputs>, points: number]

/** Both sides of every boundary of the chart (RCP 2017), with the far ends. */
const CHART: readonly Row[] = [
  ...rows('rr', 'rrPerMin', [
    [0, 3],
    [8, 3],
    [9, 1],
    [11, 1],
    [12, 0],
    [20, 0],
    [21, 2],
    [24, 2],
    [25, 3],
    [60, 3],
  ]),
  ...rows('spo2', 'spo2Pct', [
    [50, 3],
    [91, 3],
    [92, 2],
    [93, 2],
    [94, 1],
    [95, 1],
    [96, 0],
    [100, 0],
  ]),
  ...rows('sbp', 'sbpMmHg', [
    [40, 3],
    [90, 3],
    [91, 2],
    [100, 2],
    [101, 1],
    [110, 1],
    [111, 0],
    [219, 0],
    [220, 3],
    [300, 3],
  ]),
  ...rows('pulse', 'pulsePerMin', [
    [20, 3],
    [40, 3],
    [41, 1],
    [50, 1],
    [51, 0],
    [90, 0],
    [91, 1],
    [110, 1],
    [111, 2],
    [130, 2],
    [131, 3],
    [220, 3],
  ]),
  ...rows('temp', 'tempC', [
    [30, 3],
    [35.0, 3],
    [35.1, 1],
    [36.0, 1],
    [36.1, 0],
    [38.0, 0],
    [38.1, 1],
    [39.0, 1],
    [39.1, 2],
    [42, 2],
  ]),
  ...scale2(false, [
    [70, 3],
    [83, 3],
    [84, 2],
    [85, 2],
    [86, 1],
    [87, 1],
    [88, 0],
    [92, 0],
    [93, 0],
    [96, 0],
    [100, 0],
  ]),
  ...scale2(true, [
    [70, 3],
    [83, 3],
    [84, 2],
    [85, 2],
    [86, 1],
    [87, 1],
    [88, 0],
    [92, 0],
    [93, 1],
    [94, 1],
    [95, 2],
    [96, 2],
    [97, 3],
    [100, 3],
  ]),
  ['oxygen', { supplementalOxygen: true }, 2],
  ['oxygen', { supplementalOxygen: false }, 0],
  ['consciousness', { consciousness: 'alert' }, 0],
  ['consciousness', { consciousness: 'confusion' }, 3],
  ['consciousness', { consciousness: 'voice' }, 3],
  ['consciousness', { consciousness: 'pain' }, 3],
  ['consciousness', { consciousness: 'unresponsive' }, 3],
]

for (const [parameter, inputs, points] of CHART)
  test(`${parameter} ${Object.values(inputs).join(' ')} scores ${points}`, () => {
    assert.equal(news2({ ...NORMAL, ...inputs }).points[parameter], points)
  })

test('a healthy adult scores 0 and nothing is unknown', () => {
  assert.deepEqual({ ...news2(NORMAL), points: {} }, { points: {}, total: 0, unknown: [], red: false })
})

test('everything at its worst scores 20', () => {
  const worst = news2({
    ...NORMAL,
    rrPerMin: 30,
    spo2Pct: 80,
    supplementalOxygen: true,
    sbpMmHg: 80,
    pulsePerMin: 140,
    consciousness: 'unresponsive',
    tempC: 34,
  })
  assert.deepEqual([worst.total, worst.red], [20, true])
})

test('what is not known is named and adds nothing', () => {
  const partial = news2({ ...NORMAL, tempC: null, consciousness: null, pulsePerMin: 120 })
  assert.deepEqual([partial.total, partial.unknown], [2, ['consciousness', 'temp']])
})

test('a value between two steps counts as the nearest, and midway as the one that scores more', () => {
  assert.equal(news2({ ...NORMAL, spo2Pct: 95.4 }).points.spo2, 1)
  assert.equal(news2({ ...NORMAL, spo2Pct: 95.5 }).points.spo2, 1)
  assert.equal(news2({ ...NORMAL, spo2Pct: 95.6 }).points.spo2, 0)
  assert.equal(news2({ ...NORMAL, pulsePerMin: 90.5 }).points.pulse, 1)
  assert.equal(news2({ ...NORMAL, tempC: 36.05 }).points.temp, 1)
  assert.equal(news2({ ...NORMAL, tempC: 38.05 }).points.temp, 1)
})

test('scale 2 without knowing about oxygen stays a lower bound', () => {
  const inputs = { ...NORMAL, hypercapnicTarget: true, supplementalOxygen: null, spo2Pct: 98 }
  assert.equal(news2(inputs).points.spo2, 0)
  assert.deepEqual(news2(inputs).unknown, ['oxygen'])
})

function rows(
  parameter: News2Parameter,
  input: keyof News2Inputs,
  pairs: readonly (readonly [number, number])[],
): Row[] {
  return pairs.map(([value, points]) => [parameter, { [input]: value }, points])
}

function scale2(supplementalOxygen: boolean, pairs: readonly (readonly [number, number])[]): Row[] {
  return pairs.map(([spo2Pct, points]) => ['spo2', { spo2Pct, hypercapnicTarget: true, supplementalOxygen }, points])
}

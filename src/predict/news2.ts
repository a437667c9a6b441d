import type { Consciousness } from '../reading.ts'

/**
 * National Early Warning Score 2, Royal College of Physicians, London 2017 ("National Early Warning Score (NEWS) 2:
 * Standardising the assessment of acute-illness severity in the NHS", chart 1). For patients of 16 years and more, not
 * in pregnancy. Every parameter scores 0..3; the sum is 0..20.
 */
export const NEWS2_PARAMETERS = ['rr', 'spo2', 'oxygen', 'sbp', 'pulse', 'consciousness', 'temp'] as const
export type News2Parameter = (typeof NEWS2_PARAMETERS)[number]

/** The five that a monitor measures; the other two are a person's assessment. */
export const VITAL_FIVE = ['rr', 'spo2', 'sbp', 'pulse', 'temp'] as const satisfies readonly News2Parameter[]

/** null: not known. */
export interface News2Inputs {
  rrPerMin: number | null
  spo2Pct: number | null
  supplementalOxygen: boolean | null
  sbpMmHg: number | null
  pulsePerMin: number | null
  consciousness: Consciousness | null
  tempC: number | null
  /** SpO2 scale 2: target 88-92 % in hypercapnic respiratory failure. */
  hypercapnicTarget: boolean
}

export interface News2 {
  /** What each known parameter scores. */
  points: Readonly<Partial<Record<News2Parameter, number>>>
  /** The sum over the known parameters: the score, or a lower bound of it while `unknown` is not empty. */
  total: number
  unknown: readonly News2Parameter[]
  /** A single parameter scores 3: urgent review by the ward even when the sum is low. */
  red: boolean
}

/** [from, points]: a value from here up to the next row scores so. Values are in the chart's steps. */
type Band = readonly [from: number, points: number]

const RR: readonly Band[] = [
  [-Infinity, 3],
  [9, 1],
  [12, 0],
  [21, 2],
  [25, 3],
]
const SPO2_SCALE_1: readonly Band[] = [
  [-Infinity, 3],
  [92, 2],
  [94, 1],
  [96, 0],
]
const SPO2_SCALE_2_AIR: readonly Band[] = [
  [-Infinity, 3],
  [84, 2],
  [86, 1],
  [88, 0],
]
const SPO2_SCALE_2_OXYGEN: readonly Band[] = [
  [-Infinity, 3],
  [84, 2],
  [86, 1],
  [88, 0],
  [93, 1],
  [95, 2],
  [97, 3],
]
const SBP: readonly Band[] = [
  [-Infinity, 3],
  [91, 2],
  [101, 1],
  [111, 0],
  [220, 3],
]
const PULSE: readonly Band[] = [
  [-Infinity, 3],
  [41, 1],
  [51, 0],
  [91, 1],
  [111, 2],
  [131, 3],
]
const TEMP: readonly Band[] = [
  [-Infinity, 3],
  [35.1, 1],
  [36.1, 0],
  [38.1, 1],
  [39.1, 2],
]

export function news2(inputs: News2Inputs): News2 {
  const scored: Record<News2Parameter, number | null> = {
    rr: banded(inputs.rrPerMin, RR, 1),
    spo2: spo2Points(inputs),
    oxygen: inputs.supplementalOxygen === null ? null : inputs.supplementalOxygen ? 2 : 0,
    sbp: banded(inputs.sbpMmHg, SBP, 1),
    pulse: banded(inputs.pulsePerMin, PULSE, 1),
    consciousness: inputs.consciousness === null ? null : inputs.consciousness === 'alert' ? 0 : 3,
    temp: banded(inputs.tempC, TEMP, 10),
  }
  const points: Partial<Record<News2Parameter, number>> = {}
  const unknown: News2Parameter[] = []
  let total = 0
  let red = false
  for (const parameter of NEWS2_PARAMETERS) {
    const score = scored[parameter]
    if (score === null) {
      unknown.push(parameter)
      continue
    }
    points[parameter] = score
    total += score
    red ||= score === 3
  }
  return { points, total, unknown, red }
}

function spo2Points({ spo2Pct, supplementalOxygen, hypercapnicTarget }: News2Inputs): number | null {
  if (!hypercapnicTarget) return banded(spo2Pct, SPO2_SCALE_1, 1)
  if (supplementalOxygen !== null)
    return banded(spo2Pct, supplementalOxygen ? SPO2_SCALE_2_OXYGEN : SPO2_SCALE_2_AIR, 1)
  // Above the target the scale depends on oxygen; where it is not known the smaller score keeps the sum a lower bound.
  return banded(spo2Pct, SPO2_SCALE_2_AIR, 1)
}

/**
 * The chart has whole numbers (tenths for temperature); a median can fall between. It counts as the nearest step, and
 * midway as the step that scores more.
 */
function banded(value: number | null, bands: readonly Band[], stepsPerUnit: number): number | null {
  if (value === null) return null
  // 36.05 * 10 is 360.49999999999994: settle the product before deciding what lies midway.
  const steps = Number((value * stepsPerUnit).toFixed(6))
  const below = Math.ceil(steps - 0.5) / stepsPerUnit
  const above = Math.floor(steps + 0.5) / stepsPerUnit
  return Math.max(pointsAt(below, bands), pointsAt(above, bands))
}

function pointsAt(value: number, bands: readonly Band[]): number {
  let points = 0
  for (const [from, score] of bands) if (value >= from) points = score
  return points
}

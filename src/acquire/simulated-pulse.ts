import type { Beat } from './cardiac-cycle.ts'
import type { SimulatedPatient } from './simulated-patient.ts'
import { type SampledSignal, silentSignal } from './simulated-waveform.ts'

export const PULSE_RATE_HZ = 125
/** From the R peak to the foot of the pulse, s: pre-ejection period and the way to the wrist or the finger. */
export const ABP_DELAY_S = 0.15
export const PLETH_DELAY_S = 0.23

/** Points of one pulse from foot to foot: share of the interval, height from 0 (foot) to 1 (peak). */
type PulseShape = readonly (readonly [at: number, height: number])[]

/** Radial artery: steep rise, peak, dicrotic notch and wave, run-off. */
const ARTERY: PulseShape = [
  [0, 0],
  [0.06, 0.45],
  [0.15, 1],
  [0.25, 0.8],
  [0.37, 0.44],
  [0.41, 0.4],
  [0.47, 0.46],
  [0.6, 0.33],
  [0.8, 0.13],
  [1, 0],
]
/** Fingertip, photoplethysmogram: rounder, with a weaker notch. */
const FINGERTIP: PulseShape = [
  [0, 0],
  [0.08, 0.35],
  [0.22, 1],
  [0.34, 0.82],
  [0.48, 0.5],
  [0.56, 0.46],
  [0.64, 0.42],
  [0.82, 0.16],
  [1, 0],
]
const STEPS = 512
const ARTERY_TABLE = smoothTable(ARTERY)
const FINGERTIP_TABLE = smoothTable(FINGERTIP)

/** Mean of the arterial pulse as a share of pulse pressure; the mean pressure is dia + this * (sys - dia). */
export const ARTERY_MEAN = ARTERY_TABLE.reduce((sum, height) => sum + height, 0) / ARTERY_TABLE.length

/** Arterial pressure in mmHg for `[fromS, fromS + 1)`. */
export function simulatedAbp(patient: SimulatedPatient, fromS: number): SampledSignal {
  return pulses(patient, fromS, ABP_DELAY_S, (foot, next, share) => {
    const atS = foot.timeS + ABP_DELAY_S
    const dia = patient.diaAt(atS)
    const nextDia = patient.diaAt(next.timeS + ABP_DELAY_S)
    return dia + (nextDia - dia) * share + (patient.sysAt(atS) - dia) * heightAt(ARTERY_TABLE, share)
  })
}

/** Pleth for `[fromS, fromS + 1)`, no unit, about 0 to 1; breathing moves its base line. */
export function simulatedPleth(patient: SimulatedPatient, fromS: number): SampledSignal {
  return pulses(patient, fromS, PLETH_DELAY_S, (foot, _next, share, timeS) => {
    return 0.8 * foot.strength * heightAt(FINGERTIP_TABLE, share) + 0.05 * patient.cycle.chestAt(timeS)
  })
}

function pulses(
  patient: SimulatedPatient,
  fromS: number,
  delayS: number,
  valueAt: (foot: Beat, next: Beat, share: number, timeS: number) => number,
): SampledSignal {
  const signal = silentSignal(fromS, PULSE_RATE_HZ, PULSE_RATE_HZ)
  const beats = patient.cycle.beats(fromS - delayS - 3, fromS + 4)
  let at = 0
  for (const [index, foot] of beats.entries()) {
    const next = beats[index + 1]
    if (next === undefined) break
    const intervalS = next.timeS - foot.timeS
    for (; at < signal.values.length; at++) {
      const timeS = fromS + at / PULSE_RATE_HZ
      const share = (timeS - delayS - foot.timeS) / intervalS
      if (share >= 1) break
      signal.values[at] = valueAt(foot, next, share, timeS)
    }
  }
  return signal
}

function heightAt(table: Float64Array, share: number): number {
  return table[Math.min(STEPS - 1, Math.max(0, Math.floor(share * STEPS)))] ?? 0
}

/** Joins the points by a monotone cubic curve: no corners, and no peak but the given ones (Fritsch and Carlson, 1980). */
function smoothTable(shape: PulseShape): Float64Array {
  const table = new Float64Array(STEPS)
  for (let step = 0; step < STEPS; step++) {
    const share = step / STEPS
    const after = shape.findIndex(([at]) => at > share)
    const [from, low] = shape[after - 1] ?? [0, 0]
    const [to, high] = shape[after] ?? [1, 0]
    const width = to - from
    const x = (share - from) / width
    const leaving = slopeAt(shape, after - 1) * width
    const arriving = slopeAt(shape, after) * width
    table[step] =
      low * (1 + 2 * x) * (1 - x) ** 2 +
      leaving * x * (1 - x) ** 2 +
      high * x * x * (3 - 2 * x) +
      arriving * x * x * (x - 1)
  }
  return table
}

/** Harmonic mean of the slopes on both sides; 0 at a peak, a notch and the foot. */
function slopeAt(shape: PulseShape, index: number): number {
  const before = slope(shape[index - 1], shape[index])
  const after = slope(shape[index], shape[index + 1])
  return before * after > 0 ? (2 * before * after) / (before + after) : 0
}

function slope(one: PulseShape[number] | undefined, other: PulseShape[number] | undefined): number {
  return one === undefined || other === undefined ? 0 : (other[1] - one[1]) / (other[0] - one[0])
}

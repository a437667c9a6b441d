import { NUMERICS, type NumericCode } from '../reading.ts'
import type { Numeric, Validity } from '../records.ts'
import { mixedSeed, seededRandom } from './seeded-random.ts'
import { JOLTS_PER_MIN } from './simulated-motion.ts'
import type { SimulatedPatient } from './simulated-patient.ts'
import { ARTERY_MEAN } from './simulated-pulse.ts'

/** Which numerics a sensor gives. */
const FROM_ELECTRODES: readonly NumericCode[] = ['hr', 'rr']
const FROM_OXIMETER: readonly NumericCode[] = ['spo2', 'pr']

/** Over how long a monitor counts beats, s. */
const COUNTED_S = 8

/** What the monitor shows at a moment of the script; `second` numbers it and seeds what is wrong with it. */
export function simulatedNumerics(patient: SimulatedPatient, timeS: number, second: number): Numeric[] {
  const moving = patient.events.during('motion', timeS)
  const disturbance = moving ? disturbedBy(patient.seed, second) : null
  const sys = patient.sysAt(timeS)
  const dia = patient.diaAt(timeS)
  const measured: readonly (readonly [NumericCode, number])[] = [
    ['hr', Math.round(countedRate(patient, timeS))],
    ['pr', Math.round(patient.cycle.heartRateAt(timeS - 0.2))],
    ['spo2', Math.round(patient.spo2At(timeS))],
    ['rr', Math.round(patient.cycle.breathRateAt(timeS))],
    ['abp_sys', Math.round(sys)],
    ['abp_dia', Math.round(dia)],
    ['abp_mean', Math.round(dia + ARTERY_MEAN * (sys - dia))],
    ['temp', Math.round(patient.tempAt(timeS) * 10) / 10],
  ]
  return measured.map(([code, value]) => {
    const off =
      (FROM_ELECTRODES.includes(code) && patient.events.during('ecg_leads_off', timeS)) ||
      (FROM_OXIMETER.includes(code) && patient.events.during('oximeter_off', timeS))
    if (off) return numeric(code, null, 'not_available')
    const disturbed = FROM_ELECTRODES.includes(code) || FROM_OXIMETER.includes(code)
    if (disturbance === null || !disturbed) return numeric(code, value, 'valid')
    return numeric(code, value + (disturbance.adds[code] ?? 0), disturbance.validity)
  })
}

/** The rate that the monitor counts on the ECG over its last seconds, jolts of a loose electrode among the beats. */
function countedRate(patient: SimulatedPatient, timeS: number): number {
  const rate = patient.cycle.heartRateAt(timeS, COUNTED_S)
  const second = Math.floor(timeS) + 1
  const without = (until: number): number => patient.events.secondsWithout('ecg_artefact', until)
  const share = 1 - (without(second) - without(second - COUNTED_S)) / COUNTED_S
  return rate + (JOLTS_PER_MIN - rate) * share
}

interface Disturbance {
  validity: Validity
  /** What movement adds to a value. */
  adds: Partial<Record<NumericCode, number>>
}

/** Movement makes a monitor count noise as beats and read venous blood; it mostly notices. */
function disturbedBy(seed: number, second: number): Disturbance {
  // Five seconds share a disturbance, as a monitor averages.
  const random = seededRandom(mixedSeed(seed, 31, Math.floor(second / 5)))
  const share = random()
  if (share < 0.2) return { validity: 'valid', adds: {} }
  const adds = {
    hr: Math.round(20 + 60 * random()),
    pr: Math.round(-10 + 30 * random()),
    rr: Math.round(10 * random()),
    spo2: -Math.round(4 + 14 * random()),
  }
  return { validity: share < 0.65 ? 'questionable' : 'invalid', adds }
}

function numeric(code: NumericCode, value: number | null, validity: Validity): Numeric {
  return { code, value, unit: NUMERICS[code].unit, validity }
}

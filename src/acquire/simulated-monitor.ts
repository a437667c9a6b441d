import { WAVEFORMS, type WaveformCode } from '../reading.ts'
import type { Validity, VitalsReading, WaveformStretch } from '../records.ts'
import { ECG_RATE_HZ, simulatedEcg } from './simulated-ecg.ts'
import { addJolts, addMotion } from './simulated-motion.ts'
import { simulatedNumerics } from './simulated-numerics.ts'
import type { SimulatedPatient } from './simulated-patient.ts'
import { PULSE_RATE_HZ, simulatedAbp, simulatedPleth } from './simulated-pulse.ts'
import { packed, packedSilence, type SampledSignal, silentSignal } from './simulated-waveform.ts'

export const RESP_RATE_HZ = 50
const RATE_HZ: Readonly<Record<WaveformCode, number>> = {
  ecg: ECG_RATE_HZ,
  pleth: PULSE_RATE_HZ,
  abp: PULSE_RATE_HZ,
  resp: RESP_RATE_HZ,
}
const SCALE: Readonly<Record<WaveformCode, number>> = { ecg: 0.0005, pleth: 0.0002, abp: 0.02, resp: 0.0002 }
/** Noise of movement, in the waveform's unit. */
const MOTION: Readonly<Partial<Record<WaveformCode, number>>> = { ecg: 0.5, pleth: 0.3, resp: 0.5 }

/** What a bedside monitor says of one second: the waveforms of `[fromS, fromS + 1)` and the numerics as of its end. */
export function monitorSecond(
  patient: SimulatedPatient,
  fromS: number,
  second: number,
  deviceStartMs: number,
): Pick<VitalsReading, 'numerics' | 'waveforms'> {
  return {
    numerics: simulatedNumerics(patient, fromS + 1, second),
    waveforms: [
      stretch('ecg', patient, fromS, second, deviceStartMs),
      stretch('pleth', patient, fromS, second, deviceStartMs),
      stretch('abp', patient, fromS, second, deviceStartMs),
      stretch('resp', patient, fromS, second, deviceStartMs),
    ],
  }
}

function stretch(
  code: WaveformCode,
  patient: SimulatedPatient,
  fromS: number,
  second: number,
  startTimeMs: number,
): WaveformStretch {
  const { events } = patient
  const off =
    ((code === 'ecg' || code === 'resp') && events.during('ecg_leads_off', fromS + 1)) ||
    (code === 'pleth' && events.during('oximeter_off', fromS + 1))
  const motion = MOTION[code]
  const moving = motion !== undefined && events.during('motion', fromS + 1)
  const form = {
    code,
    startTimeMs,
    sampleRateHz: RATE_HZ[code],
    scale: SCALE[code],
    offset: 0,
    unit: WAVEFORMS[code].unit,
  }
  if (off) return { ...form, validity: 'not_available', samples: packedSilence(RATE_HZ[code]) }
  const signal = signalOf(code, patient, fromS, second)
  if (moving) addMotion(signal, motion, patient.seed + code.length, second)
  if (code === 'ecg' && events.during('ecg_artefact', fromS + 1)) addJolts(signal, patient.seed)
  const validity: Validity = moving ? 'questionable' : 'valid'
  return { ...form, validity, samples: packed(signal.values, SCALE[code], 0) }
}

function signalOf(code: WaveformCode, patient: SimulatedPatient, fromS: number, second: number): SampledSignal {
  switch (code) {
    case 'ecg':
      return simulatedEcg(patient, fromS, second)
    case 'pleth':
      return simulatedPleth(patient, fromS)
    case 'abp':
      return simulatedAbp(patient, fromS)
    case 'resp':
      return simulatedResp(patient, fromS)
  }
}

/** Impedance respiration: the expansion of the chest, no unit. */
function simulatedResp(patient: SimulatedPatient, fromS: number): SampledSignal {
  const signal = silentSignal(fromS, RESP_RATE_HZ, RESP_RATE_HZ)
  signal.values.forEach((_, at) => (signal.values[at] = patient.cycle.chestAt(fromS + at / RESP_RATE_HZ)))
  return signal
}

import type { SimulatedPatient } from './simulated-patient.ts'
import { addBell, type SampledSignal, silentSignal } from './simulated-waveform.ts'
import { bellShaped, mixedSeed, seededRandom } from './seeded-random.ts'

export const ECG_RATE_HZ = 250

interface Wave {
  /** From the R peak, s, at an R-R interval of 1 s. */
  atS: number
  widthS: number
  heightMv: number
  /** Whether its distance from R grows with the square root of the R-R interval (Bazett). */
  stretches: boolean
}

/**
 * Lead II as a sum of bells over the cardiac phase: P. E. McSharry et al., "A dynamical model for generating synthetic
 * electrocardiogram signals", IEEE Trans Biomed Eng 50 (2003), here as bells in time around each R peak.
 */
const WAVES: readonly Wave[] = [
  { atS: -0.17, widthS: 0.022, heightMv: 0.13, stretches: true },
  { atS: -0.026, widthS: 0.009, heightMv: -0.11, stretches: false },
  { atS: 0, widthS: 0.011, heightMv: 1.15, stretches: false },
  { atS: 0.028, widthS: 0.011, heightMv: -0.24, stretches: false },
  { atS: 0.27, widthS: 0.05, heightMv: 0.22, stretches: true },
  { atS: 0.31, widthS: 0.03, heightMv: 0.12, stretches: true },
]
const NOISE_MV = 0.008
const WANDER_MV = 0.05

/** Lead II in mV for `[fromS, fromS + 1)`; `second` numbers the stretch and seeds its noise. */
export function simulatedEcg(patient: SimulatedPatient, fromS: number, second: number): SampledSignal {
  const signal = silentSignal(fromS, ECG_RATE_HZ, ECG_RATE_HZ)
  for (const beat of patient.cycle.beats(fromS - 1, fromS + 2)) {
    const stretch = Math.sqrt(Math.min(beat.intervalS, 1.4))
    for (const { atS, widthS, heightMv, stretches } of WAVES) {
      const factor = stretches ? stretch : 1
      addBell(signal, beat.timeS + atS * factor, widthS * factor, heightMv * beat.strength)
    }
  }
  const random = seededRandom(mixedSeed(patient.seed, 11, second))
  const { values } = signal
  for (let at = 0; at < values.length; at++) {
    const wander = WANDER_MV * patient.cycle.chestAt(fromS + at / ECG_RATE_HZ)
    values[at] = (values[at] ?? 0) + wander + NOISE_MV * bellShaped(random)
  }
  return signal
}

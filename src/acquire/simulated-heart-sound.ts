import type { Beat } from './cardiac-cycle.ts'
import { mixedSeed, seededRandom } from './seeded-random.ts'
import type { SimulatedPatient } from './simulated-patient.ts'
import { type SampledSignal, silentSignal } from './simulated-waveform.ts'

export const PCG_RATE_HZ = 2_000
const TURN = 2 * Math.PI
/** The mitral valve closes about this long after the R peak. */
export const S1_DELAY_S = 0.035
/** Loudness of S1 as a share of full scale. */
const S1_LEVEL = 0.3
const S2_LEVEL = 0.32
/**
 * Root mean square of the room, the skin and the device, as a share of full scale, and the power of the frequency that its lines fall with. By
 * these, models that know real stethoscopes take most of these sounds for heard through one; a cleaner sound they call strange.
 */
const NOISE_LEVEL = 0.016
const NOISE_SLOPE = 0.9
/** Noise comes from loops of this length, which are made once: cheap, and the same wherever it is entered. */
const LOOP_S = 4
const LOOP_LINES = 320

interface Tone {
  hz: number
  level: number
  decayS: number
}
const S1: readonly Tone[] = [
  { hz: 42, level: 0.7, decayS: 0.035 },
  { hz: 78, level: 0.45, decayS: 0.025 },
  { hz: 120, level: 0.2, decayS: 0.015 },
]
const S2: readonly Tone[] = [
  { hz: 58, level: 0.6, decayS: 0.022 },
  { hz: 105, level: 0.45, decayS: 0.016 },
  { hz: 160, level: 0.15, decayS: 0.01 },
]

/**
 * From the R peak to the aortic second sound, s. Electromechanical systole shortens with heart rate:
 * QS2 = 546 - 2.1 * HR ms (A. M. Weissler et al., Circulation 37 (1968), men), less 40 ms from Q to R.
 */
export function s2DelayS(beat: Beat): number {
  return Math.max(0.17, (506 - 2.1 * Math.min(180, 60 / beat.intervalS)) / 1_000)
}

/** The heart sounds of one patient; levels as a share of full scale. */
export class SimulatedHeartSound {
  readonly #patient: SimulatedPatient
  readonly #room: Float64Array
  readonly #jet: Float64Array

  constructor(patient: SimulatedPatient) {
    this.#patient = patient
    this.#room = noiseLoop({ lowHz: 15, highHz: 950, slope: NOISE_SLOPE }, mixedSeed(patient.seed, 41))
    this.#jet = noiseLoop({ lowHz: 120, highHz: 420, slope: 0 }, mixedSeed(patient.seed, 42))
  }

  /** One second from `fromS` of the script. */
  second(fromS: number): SampledSignal {
    const signal = silentSignal(fromS, PCG_RATE_HZ, PCG_RATE_HZ)
    const { values } = signal
    const loopFrom = Math.round(fromS * PCG_RATE_HZ)
    for (let at = 0; at < values.length; at++) values[at] = NOISE_LEVEL * looped(this.#room, loopFrom + at)
    for (const beat of this.#patient.cycle.beats(fromS - 1.2, fromS + 1.2)) {
      const s1AtS = beat.timeS + S1_DELAY_S
      const s2AtS = beat.timeS + s2DelayS(beat)
      addSound(signal, S1, s1AtS, S1_LEVEL * beat.strength)
      addSound(signal, S2, s2AtS, 0.65 * S2_LEVEL * beat.strength)
      // The pulmonary valve closes later while breathing in.
      const splitS = 0.02 + 0.012 * (1 + this.#patient.cycle.chestAt(beat.timeS))
      addSound(signal, S2, s2AtS + splitS, 0.35 * S2_LEVEL * beat.strength)
      if (this.#patient.murmur > 0) this.#addMurmur(signal, s1AtS + 0.04, s2AtS - 0.01)
    }
    return signal
  }

  /** Crescendo and decrescendo between the sounds, as through a narrow aortic valve. */
  #addMurmur(signal: SampledSignal, startS: number, endS: number): void {
    const { fromS, values } = signal
    const level = S1_LEVEL * this.#patient.murmur
    const first = Math.max(0, Math.ceil((startS - fromS) * PCG_RATE_HZ))
    const last = Math.min(values.length - 1, Math.floor((endS - fromS) * PCG_RATE_HZ))
    const loopFrom = Math.round(fromS * PCG_RATE_HZ)
    for (let at = first; at <= last; at++) {
      const share = (fromS + at / PCG_RATE_HZ - startS) / (endS - startS)
      values[at] = (values[at] ?? 0) + level * Math.sin(Math.PI * share) ** 1.5 * looped(this.#jet, loopFrom + at)
    }
  }
}

/** A valve sound: damped tones that begin softly. */
function addSound(signal: SampledSignal, tones: readonly Tone[], startS: number, level: number): void {
  const { fromS, values } = signal
  const first = Math.max(0, Math.ceil((startS - fromS) * PCG_RATE_HZ))
  const last = Math.min(values.length - 1, Math.floor((startS + 0.18 - fromS) * PCG_RATE_HZ))
  for (let at = first; at <= last; at++) {
    const sinceS = fromS + at / PCG_RATE_HZ - startS
    const onset = 1 - Math.exp(-sinceS / 0.006)
    let sound = 0
    for (const { hz, level: share, decayS } of tones) {
      sound += share * Math.exp(-sinceS / decayS) * Math.sin(TURN * hz * sinceS)
    }
    values[at] = (values[at] ?? 0) + 1.6 * level * onset * sound
  }
}

interface NoiseBand {
  lowHz: number
  highHz: number
  /** Amplitude falls with the frequency to this power. */
  slope: number
}

/** Noise of a band, root mean square 1, that joins its own beginning: sines with whole cycles in the loop. */
function noiseLoop({ lowHz, highHz, slope }: NoiseBand, seed: number): Float64Array {
  const random = seededRandom(seed)
  const length = LOOP_S * PCG_RATE_HZ
  const loop = new Float64Array(length)
  let power = 0
  for (let line = 0; line < LOOP_LINES; line++) {
    const cycles = Math.round((lowHz + (highHz - lowHz) * random()) * LOOP_S)
    const phase = random() * TURN
    const level = (cycles / LOOP_S / lowHz) ** -slope
    power += level ** 2 / 2
    for (let at = 0; at < length; at++)
      loop[at] = (loop[at] ?? 0) + level * Math.sin((TURN * cycles * at) / length + phase)
  }
  return loop.map((value) => value / Math.sqrt(power))
}

function looped(loop: Float64Array, at: number): number {
  return loop[((at % loop.length) + loop.length) % loop.length] ?? 0
}

import { bellShaped, mixedSeed, seededRandom } from './seeded-random.ts'
import { addBell, type SampledSignal } from './simulated-waveform.ts'

const TURN = 2 * Math.PI
const SWAYS = 4
/** Jolts of a loose electrode a second. */
const JOLT_HZ = 2.55
/** What a monitor makes of them, 1/min. */
export const JOLTS_PER_MIN = 60 * JOLT_HZ

/**
 * Puts the noise of a moving patient on a stretch: slow sways of electrodes and cable and the fast noise of muscles. The
 * envelope is 0 at both ends, so that stretches join without a step.
 */
export function addMotion(signal: SampledSignal, size: number, seed: number, second: number): void {
  const random = seededRandom(mixedSeed(seed, 21, second))
  const sways = Array.from({ length: SWAYS }, () => ({
    hz: 0.8 + 6 * random(),
    phase: random() * TURN,
    size: size * (0.3 + 0.7 * random()),
  }))
  const { values, rateHz } = signal
  for (let at = 0; at < values.length; at++) {
    const timeS = at / rateHz
    let noise = 0.25 * size * bellShaped(random)
    for (const sway of sways) noise += sway.size * Math.sin(TURN * sway.hz * timeS + sway.phase)
    values[at] = (values[at] ?? 0) + noise * Math.sqrt(Math.sin((Math.PI * at) / values.length))
  }
}

/** Puts the jolts of a loose electrode on an ECG, in mV: as tall as its beats, but broad, uneven and each of another shape. */
export function addJolts(signal: SampledSignal, seed: number): void {
  const { fromS, rateHz, values } = signal
  const last = Math.ceil((fromS + values.length / rateHz + 1) * JOLT_HZ)
  for (let jolt = Math.floor((fromS - 1) * JOLT_HZ); jolt <= last; jolt++) {
    const random = seededRandom(mixedSeed(seed, 22, jolt))
    const atS = (jolt + 0.6 * (random() - 0.5)) / JOLT_HZ
    const height = 0.7 + random()
    addBell(signal, atS, 0.025 + 0.03 * random(), height)
    addBell(signal, atS + 0.06 + 0.05 * random(), 0.03 + 0.04 * random(), -height * (0.3 + 0.6 * random()))
  }
  const random = seededRandom(mixedSeed(seed, 23, Math.floor(fromS * rateHz)))
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) + 0.1 * bellShaped(random)
}

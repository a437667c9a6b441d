import { bellShaped, mixedSeed, seededRandom } from './seeded-random.ts'
import type { SampledSignal } from './simulated-waveform.ts'

const TURN = 2 * Math.PI
const SWAYS = 4

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

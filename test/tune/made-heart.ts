import { bellShaped, seededRandom } from '../../src/acquire/seeded-random.ts'
import { beats } from '../predict/windows.ts'

export const HEART_RATE_HZ = 1_000

/** 20 s of heart sounds, with a hiss in systole or without, each subject with a heart of its own. */
export function heartSound(murmur: boolean, subject: number): Int16Array {
  const random = seededRandom(subject + 1)
  const loudness = 0.5 + 0.5 * random()
  const hiss = 0.02 + 0.04 * random()
  return Int16Array.from({ length: 20 * HEART_RATE_HZ }, (_, index) => {
    const second = index / HEART_RATE_HZ
    const inSystole = second % 0.8 > 0.08 && second % 0.8 < 0.28
    const noise = 0.005 * bellShaped(random) + (murmur && inSystole ? hiss * bellShaped(random) : 0)
    return Math.round((loudness * beats(second) + noise) * 20_000)
  })
}

import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { PCG_LENGTH, PCG_RATE_HZ } from '../../src/predict/pcg-audio.ts'
import { tensor, type Tensor } from '../../src/predict/tensor.ts'
import { readSound } from './heart-sound-recordings.ts'
import type { ScoringModels } from './scoring-models.ts'

export const HEART_SOUND = 'heart-sound'
const HOP = PCG_LENGTH / 2
/** Shorter than a heart sound and longer than its pitch: what is shuffled so keeps its colour and loses its beats. */
const PIECE = PCG_RATE_HZ / 50

/** What the model says of a recording's windows of 10 s, every 5 s. */
export interface RecordingScores {
  /** [windows][3]: logits of present, unknown, absent */
  murmur: readonly (readonly number[])[]
  /** [windows]: log odds of abnormal */
  abnormal: readonly number[]
}

export async function scoreRecording(
  models: ScoringModels,
  file: string,
  path: string,
  { withoutHeart = false } = {},
): Promise<RecordingScores> {
  const sound = await readSound(path)
  const inputs = windowsOf(withoutHeart ? shuffled(sound) : sound)
  const { logits, abnormal } = await models.run(HEART_SOUND, file, inputs)
  if (logits === undefined || abnormal === undefined) throw new Error(`${HEART_SOUND} gives no logits or no abnormal`)
  const count = logits.shape[0] ?? 0
  const windows = Array.from({ length: count }, (_, index) => index)
  return {
    murmur: windows.map((index) => Array.from(logits.data.subarray(index * 3, index * 3 + 3))),
    abnormal: windows.map((index) => logOdds(abnormal.data[index * 2] ?? NaN)),
  }
}

/** All of a sound in windows of 10 s, every 5 s and one at its end; a shorter one is filled up and masked. */
export function windowsOf(sound: Float64Array): { pcg: Tensor; mask: Tensor } {
  const starts: number[] = []
  for (let start = 0; start < sound.length - PCG_LENGTH; start += HOP) starts.push(start)
  starts.push(Math.max(0, sound.length - PCG_LENGTH))
  const pcg = new Float32Array(starts.length * PCG_LENGTH)
  const mask = new Float32Array(starts.length * PCG_LENGTH)
  starts.forEach((start, index) => {
    const part = sound.subarray(start, start + PCG_LENGTH)
    pcg.set(part, index * PCG_LENGTH)
    mask.fill(1, index * PCG_LENGTH, index * PCG_LENGTH + part.length)
  })
  return { pcg: tensor([starts.length, PCG_LENGTH], pcg), mask: tensor([starts.length, PCG_LENGTH], mask) }
}

/** The sound in pieces of 20 ms in random order: the device and the room are still to be heard in it, the heart is not. */
function shuffled(sound: Float64Array): Float64Array {
  const random = seededRandom(0)
  const order = Array.from({ length: Math.floor(sound.length / PIECE) }, (_, index) => index)
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0]
  }
  const out = new Float64Array(order.length * PIECE)
  order.forEach((from, to) => out.set(sound.subarray(from * PIECE, (from + 1) * PIECE), to * PIECE))
  return out
}

export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits)
  const exps = logits.map((logit) => Math.exp(logit - most))
  const sum = exps.reduce((a, b) => a + b, 0)
  return exps.map((value) => value / sum)
}

/** Kept finite at 0 and 1. */
export function logOdds(probability: number): number {
  return Math.log((probability + 1e-7) / (1 - probability + 1e-7))
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}

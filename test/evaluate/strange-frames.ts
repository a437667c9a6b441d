import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { FRAME_CHANNELS, FRAME_SIZE_PX } from '../../src/predict/frame-tensor.ts'

export interface StrangeFrame {
  kind: string
  /** [3, size, size] */
  values: Float32Array
}

const PLANE = FRAME_SIZE_PX * FRAME_SIZE_PX
const PER_KIND = 40

/** Pictures of nothing, drawn here: a loose cable, an even screen, an untuned input, a test picture, a sweep of brightness. */
export function strangeFrames(seed = 7): StrangeFrame[] {
  const random = seededRandom(seed)
  const upTo = (most: number): number => random() * most
  const kinds: Record<string, () => (channel: number, x: number, y: number) => number> = {
    black: () => {
      const level = upTo(12)
      return () => level + upTo(3)
    },
    flat: () => {
      const colour = [upTo(255), upTo(255), upTo(255)]
      return (channel) => (colour[channel] ?? 0) + upTo(3)
    },
    noise: () => {
      const grey = random() < 0.5
      const values = Float32Array.from({ length: FRAME_CHANNELS * PLANE }, () => upTo(255))
      return (channel, x, y) => values[(grey ? 0 : channel * PLANE) + y * FRAME_SIZE_PX + x] ?? 0
    },
    bars: () => {
      const count = 3 + Math.floor(upTo(7))
      const colours = Float32Array.from({ length: FRAME_CHANNELS * count }, () => 64 * Math.floor(upTo(4.98)))
      return (channel, x) => colours[channel * count + Math.floor((x * count) / FRAME_SIZE_PX)] ?? 0
    },
    gradient: () => {
      const ends = Array.from({ length: 2 * FRAME_CHANNELS }, () => upTo(255))
      return (channel, x, y) => {
        const [first = 0, last = 0] = ends.slice(2 * channel)
        return first + ((last - first) * (x + y)) / (2 * FRAME_SIZE_PX)
      }
    },
  }
  return Object.entries(kinds).flatMap(([kind, make]) =>
    Array.from({ length: PER_KIND }, () => ({ kind, values: drawn(make()) })),
  )
}

function drawn(value: (channel: number, x: number, y: number) => number): Float32Array {
  const values = new Float32Array(FRAME_CHANNELS * PLANE)
  for (let channel = 0; channel < FRAME_CHANNELS; channel++)
    for (let y = 0; y < FRAME_SIZE_PX; y++)
      for (let x = 0; x < FRAME_SIZE_PX; x++)
        values[channel * PLANE + y * FRAME_SIZE_PX + x] = Math.min(255, value(channel, x, y))
  return values
}

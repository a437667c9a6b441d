import type { SeededRandom } from './seeded-random.ts'

/** A map of values, row by row; what leaves it on one side comes in on the other. */
export interface Texture {
  width: number
  height: number
  values: Float32Array
}

/** Noise of mean 0 and spread 1 whose grains are about so large: three running means in turn are all but a bell. */
export function smoothNoise(
  random: SeededRandom,
  { width, height }: { width: number; height: number },
  { acrossPx, downPx }: { acrossPx: number; downPx: number },
): Texture {
  const values = new Float32Array(width * height)
  for (let at = 0; at < values.length; at++) values[at] = random() - 0.5
  const line = new Float64Array(3 * Math.max(width, height))
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < height; y++) meanAlong(values, { from: y * width, step: 1, count: width }, acrossPx, line)
    for (let x = 0; x < width; x++) meanAlong(values, { from: x, step: width, count: height }, downPx, line)
  }
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  const spread = Math.sqrt(squares / values.length - mean * mean)
  return { width, height, values: values.map((value) => (value - mean) / spread) }
}

/**
 * Speckle, of mean 1: the size of a sum of very many echoes in every phase (C. B. Burckhardt, "Speckle in ultrasound B-mode
 * scans", IEEE Trans Sonics Ultrason 25 (1978)).
 */
export function speckle(
  random: SeededRandom,
  size: { width: number; height: number },
  grain: { acrossPx: number; downPx: number },
): Texture {
  const [inPhase, across] = [smoothNoise(random, size, grain), smoothNoise(random, size, grain)]
  // The mean of the size of two normal numbers of spread 1.
  const mean = Math.sqrt(Math.PI / 2)
  const values = inPhase.values.map((value, at) => {
    const other = across.values[at] ?? 0
    return Math.sqrt(value * value + other * other) / mean
  })
  return { ...size, values }
}

interface Line {
  from: number
  step: number
  count: number
}

/** A running mean of odd width, so that three of them have the spread of a bell `spreadPx` wide. */
function meanAlong(values: Float32Array, { from, step, count }: Line, spreadPx: number, line: Float64Array): void {
  const reach = Math.max(1, Math.round((Math.sqrt(4 * spreadPx * spreadPx + 1) - 1) / 2))
  const width = 2 * reach + 1
  // The line with its own other end on both sides.
  for (let at = 0; at < count; at++) line[reach + at] = values[from + at * step] ?? 0
  for (let at = 0; at < reach; at++) {
    line[at] = line[count + at] ?? 0
    line[reach + count + at] = line[reach + at] ?? 0
  }
  let sum = 0
  for (let at = 0; at < width - 1; at++) sum += line[at] ?? 0
  for (let at = 0; at < count; at++) {
    sum += line[at + width - 1] ?? 0
    values[from + at * step] = sum / width
    sum -= line[at] ?? 0
  }
}

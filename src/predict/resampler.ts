/** Audio is taken from 1 kHz on: below, the band in which murmurs lie is not there. */
export const HIGHEST_RATE_HZ = 96_000

interface Ratio {
  up: number
  down: number
}

interface Filter extends Ratio {
  /** Taps of each of the `up` phases, so that zeros which were never there are not multiplied. */
  phases: readonly Float64Array[]
  halfLength: number
}

const filters = new Map<string, Filter>()
const MOST_FILTERS = 16

/** Output rate / input rate in lowest terms; null when a rate is not a positive whole number of hertz. */
export function rationalRatio(fromHz: number, toHz: number): Ratio | null {
  if (!Number.isInteger(fromHz) || !Number.isInteger(toHz) || fromHz <= 0 || toHz <= 0) return null
  const divisor = greatestCommonDivisor(fromHz, toHz)
  return { up: toHz / divisor, down: fromHz / divisor }
}

/**
 * Rational resampling through an anti-alias FIR: a sinc of 20·max(up, down)+1 taps under a Kaiser window (β = 5), as
 * scipy.signal.resample_poly does by default. The model's recordings were made with it, so the bedside gets the same.
 * Returns ceil(length · up / down) samples; the ends are taken as followed by silence.
 */
export function resample(samples: Float32Array, { up, down }: Ratio): Float32Array {
  if (up === 1 && down === 1) return samples
  const { phases, halfLength } = filterOf({ up, down })
  const output = new Float32Array(Math.ceil((samples.length * up) / down))
  for (let index = 0; index < output.length; index++) {
    const position = index * down + halfLength
    const taps = phases[position % up]
    if (taps === undefined) continue
    const newest = Math.floor(position / up)
    const first = Math.max(0, newest - samples.length + 1)
    const last = Math.min(taps.length - 1, newest)
    // Four sums, or each addition would wait for the one before: a tenth faster.
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let tap = first
    for (; tap + 3 <= last; tap += 4) {
      a += (taps[tap] ?? 0) * (samples[newest - tap] ?? 0)
      b += (taps[tap + 1] ?? 0) * (samples[newest - tap - 1] ?? 0)
      c += (taps[tap + 2] ?? 0) * (samples[newest - tap - 2] ?? 0)
      d += (taps[tap + 3] ?? 0) * (samples[newest - tap - 3] ?? 0)
    }
    for (; tap <= last; tap++) a += (taps[tap] ?? 0) * (samples[newest - tap] ?? 0)
    output[index] = a + b + (c + d)
  }
  return output
}

function filterOf(ratio: Ratio): Filter {
  const key = `${ratio.up}/${ratio.down}`
  const known = filters.get(key)
  if (known !== undefined) return known
  if (filters.size >= MOST_FILTERS) filters.clear()
  const made = design(ratio)
  filters.set(key, made)
  return made
}

function design({ up, down }: Ratio): Filter {
  const widest = Math.max(up, down)
  const halfLength = 10 * widest
  const taps = new Float64Array(2 * halfLength + 1)
  let sum = 0
  for (let index = 0; index < taps.length; index++) {
    const x = (index - halfLength) / widest
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    const place = (index - halfLength) / halfLength
    const tap = sinc * besselI0(5 * Math.sqrt(Math.max(0, 1 - place * place)))
    taps[index] = tap
    sum += tap
  }
  // Unity gain at 0 Hz, times `up` for the zeros between samples.
  const phases = Array.from({ length: up }, (_, phase) => {
    const part = new Float64Array(Math.ceil((taps.length - phase) / up))
    for (let index = 0; index < part.length; index++) part[index] = ((taps[phase + index * up] ?? 0) * up) / sum
    return part
  })
  return { up, down, phases, halfLength }
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

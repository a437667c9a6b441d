/** Audio is taken from 1 kHz on: below, the band in which murmurs lie is not there. */
export const HIGHEST_RATE_HZ = 96_000

export interface Ratio {
  up: number
  down: number
}

type Resampled = Float32Array | Float64Array

interface Filter extends Ratio {
  /** Taps of each of the `up` phases, so that zeros which were never there are not multiplied. */
  phases: readonly Float64Array[]
  /**
   * [down - 1, 20]: for whole-number ratios, the taps by the remainder of their place by `down`. Remainder 0 is left out: there
   * the sinc is 0, but for the middle tap.
   */
  branches: readonly Float64Array[]
  halfLength: number
}

const filters = new Map<string, Filter>()
const MOST_FILTERS = 16
/** The filter reaches over so many of the wider of two sample intervals, input's or output's, to either side. */
const REACH_INTERVALS = 10

/** Output rate / input rate in lowest terms; null when a rate is not a positive whole number of hertz. */
export function rationalRatio(fromHz: number, toHz: number): Ratio | null {
  if (!Number.isInteger(fromHz) || !Number.isInteger(toHz) || fromHz <= 0 || toHz <= 0) return null
  const divisor = greatestCommonDivisor(fromHz, toHz)
  return { up: toHz / divisor, down: fromHz / divisor }
}

/** How many samples before and after its own time a resampled sample is made from. */
export function reachOf({ up, down }: Ratio): number {
  return Math.ceil((REACH_INTERVALS * Math.max(up, down)) / up)
}

/** How many samples `length` samples become. */
export function resampledLength(length: number, { up, down }: Ratio): number {
  return Math.ceil((length * up) / down)
}

/**
 * Rational resampling through an anti-alias FIR: a sinc of 20·max(up, down)+1 taps under a Kaiser window (β = 5), as
 * scipy.signal.resample_poly does by default. The model's recordings were made with it, so the bedside gets the same.
 * `padded` is [reach + length + reach]: the samples, and before and after them the silence they are taken to lie in.
 * Fills `output` with the resampled samples from number `first` on.
 */
export function resample(padded: Float64Array, ratio: Ratio, output: Resampled, first = 0): void {
  const filter = filterOf(ratio)
  if (ratio.up === 1) decimate(padded, filter, output, first)
  else resamplePhases(padded, filter, output, first)
}

/**
 * Four outputs at a time. Within one branch the next output is made from this one's samples moved by one, so every tap and
 * every sample that is read serves all four.
 */
function decimate(
  padded: Float64Array,
  { down, phases, branches, halfLength }: Filter,
  output: Resampled,
  first: number,
): void {
  const taps = phases[0] ?? new Float64Array()
  const middleTap = taps[halfLength] ?? 0
  let oldest = first * down
  let index = 0
  for (; index + 4 <= output.length; index += 4, oldest += 4 * down) {
    const middle = oldest + halfLength
    let a = middleTap * (padded[middle] ?? 0)
    let b = middleTap * (padded[middle + down] ?? 0)
    let c = middleTap * (padded[middle + 2 * down] ?? 0)
    let d = middleTap * (padded[middle + 3 * down] ?? 0)
    for (let remainder = 1; remainder < down; remainder++) {
      const branch = branches[remainder - 1] ?? taps
      let at = oldest + remainder
      let ofA = padded[at] ?? 0
      let ofB = padded[at + down] ?? 0
      let ofC = padded[at + 2 * down] ?? 0
      at += 3 * down
      // Four taps a turn: at each the newest sample takes the place of the oldest, and the four sums go on by one.
      for (let place = 0; place < branch.length; place += 4, at += 4 * down) {
        let tap = branch[place] ?? 0
        const ofD = padded[at] ?? 0
        a += tap * ofA
        b += tap * ofB
        c += tap * ofC
        d += tap * ofD
        tap = branch[place + 1] ?? 0
        ofA = padded[at + down] ?? 0
        a += tap * ofB
        b += tap * ofC
        c += tap * ofD
        d += tap * ofA
        tap = branch[place + 2] ?? 0
        ofB = padded[at + 2 * down] ?? 0
        a += tap * ofC
        b += tap * ofD
        c += tap * ofA
        d += tap * ofB
        tap = branch[place + 3] ?? 0
        ofC = padded[at + 3 * down] ?? 0
        a += tap * ofD
        b += tap * ofA
        c += tap * ofB
        d += tap * ofC
      }
    }
    output[index] = a
    output[index + 1] = b
    output[index + 2] = c
    output[index + 3] = d
  }
  for (; index < output.length; index++, oldest += down) output[index] = filtered(padded, oldest, taps)
}

/** Four outputs of one phase at a time: every tap that is read serves all four. */
function resamplePhases(
  padded: Float64Array,
  { up, down, phases, halfLength }: Filter,
  output: Resampled,
  first: number,
): void {
  const reach = reachOf({ up, down })
  for (let start = 0; start < Math.min(up, output.length); start++) {
    const position = (first + start) * down + halfLength
    const taps = phases[position % up] ?? new Float64Array()
    let oldest = reach + Math.floor(position / up) - taps.length + 1
    let index = start
    for (; index + 3 * up < output.length; index += 4 * up, oldest += 4 * down) {
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      for (let place = 0; place < taps.length; place++) {
        const tap = taps[place] ?? 0
        const at = oldest + place
        a += tap * (padded[at] ?? 0)
        b += tap * (padded[at + down] ?? 0)
        c += tap * (padded[at + 2 * down] ?? 0)
        d += tap * (padded[at + 3 * down] ?? 0)
      }
      output[index] = a
      output[index + up] = b
      output[index + 2 * up] = c
      output[index + 3 * up] = d
    }
    for (; index < output.length; index += up, oldest += down) output[index] = filtered(padded, oldest, taps)
  }
}

/** One output: the taps of its phase over the samples from `oldest` on. */
function filtered(padded: Float64Array, oldest: number, taps: Float64Array): number {
  let sum = 0
  for (let place = 0; place < taps.length; place++) sum += (taps[place] ?? 0) * (padded[oldest + place] ?? 0)
  return sum
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
  const halfLength = REACH_INTERVALS * widest
  const taps = new Float64Array(2 * halfLength + 1)
  let sum = 0
  for (let index = 0; index < taps.length; index++) {
    const x = (index - halfLength) / widest
    // Of whole x the sinc is 0, which Math.sin, of a rounded π, misses by 1e-16.
    const sinc = Number.isInteger(x) ? Number(x === 0) : Math.sin(Math.PI * x) / (Math.PI * x)
    const place = (index - halfLength) / halfLength
    const tap = sinc * besselI0(5 * Math.sqrt(Math.max(0, 1 - place * place)))
    taps[index] = tap
    sum += tap
  }
  // Unity gain at 0 Hz, times `up` for the zeros between samples.
  const gain = up / sum
  const everyNth = (from: number, step: number): Float64Array => {
    const part = new Float64Array(Math.ceil((taps.length - from) / step))
    for (let index = 0; index < part.length; index++) part[index] = (taps[from + index * step] ?? 0) * gain
    return part
  }
  // A phase is [oldest sample's tap, ..., newest's].
  const phases = Array.from({ length: up }, (_, phase) => everyNth(phase, up).reverse())
  const branches = Array.from({ length: up === 1 ? down - 1 : 0 }, (_, index) => everyNth(index + 1, down))
  return { up, down, phases, branches, halfLength }
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

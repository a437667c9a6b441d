import { NO_SAMPLE } from '../reading.ts'

/** A sampled signal before it is packed; physical units. */
export interface SampledSignal {
  /** Time of the first sample, seconds of the script. */
  fromS: number
  rateHz: number
  values: Float64Array
}

/** `count` samples from `fromS` on, all 0. */
export function silentSignal(fromS: number, rateHz: number, count: number): SampledSignal {
  return { fromS, rateHz, values: new Float64Array(count) }
}

/** Adds a bell of `height` around `centreS`; the tails beyond four widths are left out. */
export function addBell(signal: SampledSignal, centreS: number, widthS: number, height: number): void {
  const { fromS, rateHz, values } = signal
  const first = Math.max(0, Math.ceil((centreS - 4 * widthS - fromS) * rateHz))
  const last = Math.min(values.length - 1, Math.floor((centreS + 4 * widthS - fromS) * rateHz))
  for (let at = first; at <= last; at++) {
    const distance = (fromS + at / rateHz - centreS) / widthS
    values[at] = (values[at] ?? 0) + height * Math.exp(-0.5 * distance * distance)
  }
}

/** int16, little-endian: value = sample * scale + offset. A value out of reach is clipped; -32768 is kept for no sample. */
export function packed(values: Float64Array, scale: number, offset: number): Buffer {
  const samples = Buffer.allocUnsafe(values.length * 2)
  for (let at = 0; at < values.length; at++) {
    const sample = Math.round(((values[at] ?? 0) - offset) / scale)
    samples.writeInt16LE(Math.min(32_767, Math.max(NO_SAMPLE + 1, sample)), at * 2)
  }
  return samples
}

/** A stretch in which nothing was measured. */
export function packedSilence(count: number): Buffer {
  const samples = Buffer.allocUnsafe(count * 2)
  for (let at = 0; at < count; at++) samples.writeInt16LE(NO_SAMPLE, at * 2)
  return samples
}

/** Samples of one spectrum; at 4 kHz 64 ms, which tells the first from the second heart sound and 16 Hz from 32. */
export const FFT_SIZE = 256
/** Heart sounds and murmurs lie below; nothing above says anything of a heart. */
export const TOP_HZ = 800
/** Weaker than the strongest by more than this is drawn as silence. */
const RANGE_DB = 50

export interface Spectrogram {
  columns: number
  /** Rows of a column, from 0 Hz up to `TOP_HZ`, or to half the sample rate where that is less. */
  bins: number
  topHz: number
  /** Column after column, 0 (silence) to 1 (the strongest of all); NaN where samples are missing. */
  levels: Float32Array
}

/** Short-time spectra of a signal, as many as `columns`, evenly over all of it, each of a Hann window around its middle. */
export function spectrogram(samples: Float32Array, sampleRateHz: number, columns: number): Spectrogram {
  const bins = Math.min(FFT_SIZE / 2, Math.floor((TOP_HZ * FFT_SIZE) / sampleRateHz) + 1)
  const levels = new Float32Array(columns * bins).fill(NaN)
  const real = new Float64Array(FFT_SIZE)
  const imaginary = new Float64Array(FFT_SIZE)
  let strongest = -Infinity
  for (let column = 0; column < columns; column++) {
    const first = Math.round(((column + 0.5) * samples.length) / columns) - FFT_SIZE / 2
    if (!windowed(samples, first, real)) continue
    imaginary.fill(0)
    fft(real, imaginary)
    for (let bin = 0; bin < bins; bin++) {
      const power = (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2
      const db = 10 * Math.log10(power + 1e-12)
      levels[column * bins + bin] = db
      if (db > strongest) strongest = db
    }
  }
  for (let index = 0; index < levels.length; index++)
    levels[index] = Math.max(0, Math.min(1, 1 + ((levels[index] ?? NaN) - strongest) / RANGE_DB))
  return { columns, bins, topHz: (bins * sampleRateHz) / FFT_SIZE, levels }
}

/** False where a sample is missing: half a spectrum would be one of something else. Beyond the ends there is silence. */
function windowed(samples: Float32Array, first: number, out: Float64Array): boolean {
  for (let index = 0; index < FFT_SIZE; index++) {
    const at = first + index
    const sample = at < 0 || at >= samples.length ? 0 : (samples[at] ?? NaN)
    if (Number.isNaN(sample)) return false
    out[index] = sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / FFT_SIZE))
  }
  return true
}

/** In place, of a power of two (Cooley and Tukey 1965). */
export function fft(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let index = 1, swapped = 0; index < size; index++) {
    let bit = size >> 1
    for (; (swapped & bit) !== 0; bit >>= 1) swapped ^= bit
    swapped ^= bit
    if (index < swapped) {
      swap(real, index, swapped)
      swap(imaginary, index, swapped)
    }
  }
  for (let length = 2; length <= size; length <<= 1) {
    const half = length >> 1
    for (let at = 0; at < half; at++) {
      const angle = (-2 * Math.PI * at) / length
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
      for (let start = at; start < size; start += length) {
        const [a, b] = [real[start + half] ?? 0, imaginary[start + half] ?? 0]
        const [x, y] = [a * cosine - b * sine, a * sine + b * cosine]
        const [u, v] = [real[start] ?? 0, imaginary[start] ?? 0]
        real[start] = u + x
        imaginary[start] = v + y
        real[start + half] = u - x
        imaginary[start + half] = v - y
      }
    }
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] ?? 0
  values[a] = values[b] ?? 0
  values[b] = kept
}

import type { BedSource, DeviceReading } from '../../src/acquire/bed-source.ts'
import { createSimulatedBeds } from '../../src/acquire/simulated-bed.ts'
import { NO_SAMPLE, type WaveformCode } from '../../src/reading.ts'
import type { PcgChunk, VideoFrame, VitalsReading } from '../../src/records.ts'

export const START_MS = 1_700_000_000_000
export const SEED = 42

/** Samples on each side of one that a filter looks at. */
const FILTER_REACH = 120

/** Times in ms since the epoch, values in physical units, NaN where nothing was measured. */
export interface Samples {
  timesMs: number[]
  values: number[]
}

/** Bed 1 is the first. */
export function bed(number: number, seed = SEED): BedSource {
  const found = createSimulatedBeds({ beds: number, seed, startMs: START_MS }).at(-1)
  if (found === undefined) throw new Error(`no bed ${number}`)
  return found
}

/** Readings of `[fromS, toS)` of the ward. */
export function readingsOf(source: BedSource, fromS: number, toS: number): Promise<readonly DeviceReading[]> {
  return source.readings(START_MS + fromS * 1_000, START_MS + toS * 1_000)
}

export async function vitalsOf(source: BedSource, fromS: number, toS: number): Promise<VitalsReading[]> {
  return (await readingsOf(source, fromS, toS)).flatMap(({ reading }) =>
    reading.modality === 'vitals' ? [reading.record] : [],
  )
}

export async function chunksOf(source: BedSource, fromS: number, toS: number): Promise<PcgChunk[]> {
  return (await readingsOf(source, fromS, toS)).flatMap(({ reading }) =>
    reading.modality === 'pcg' ? [reading.record] : [],
  )
}

export async function framesOf(source: BedSource, fromS: number, toS: number): Promise<VideoFrame[]> {
  return (await readingsOf(source, fromS, toS)).flatMap(({ reading }) =>
    reading.modality === 'video' ? [reading.record] : [],
  )
}

export function waveformOf(records: readonly VitalsReading[], code: WaveformCode): Samples {
  const samples: Samples = { timesMs: [], values: [] }
  for (const stretch of records.flatMap(({ waveforms }) => waveforms.filter((waveform) => waveform.code === code))) {
    for (let at = 0; at < stretch.samples.length / 2; at++) {
      const sample = stretch.samples.readInt16LE(at * 2)
      samples.timesMs.push(stretch.startTimeMs + (at * 1_000) / stretch.sampleRateHz)
      samples.values.push(sample === NO_SAMPLE ? NaN : sample * stretch.scale + stretch.offset)
    }
  }
  return samples
}

export function soundOf(chunks: readonly PcgChunk[]): Samples {
  const samples: Samples = { timesMs: [], values: [] }
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.sampleCount; at++) {
      samples.timesMs.push(chunk.eventTimeMs + (at * 1_000) / chunk.sampleRateHz)
      samples.values.push(chunk.samples.readInt16LE(at * 2) / 32_768)
    }
  }
  return samples
}

/** What of a sound lies between two frequencies, no later than it was: a sinc in a Hamming window. */
export function inBand({ timesMs, values }: Samples, lowHz: number, highHz: number): Samples {
  const rateHz = 1_000 / ((timesMs[1] ?? NaN) - (timesMs[0] ?? NaN))
  const below = (hz: number, at: number): number =>
    at === 0 ? (2 * hz) / rateHz : Math.sin((2 * Math.PI * hz * at) / rateHz) / (Math.PI * at)
  const weights = Array.from({ length: 2 * FILTER_REACH + 1 }, (_, index) => {
    const at = index - FILTER_REACH
    return (0.54 + 0.46 * Math.cos((Math.PI * at) / FILTER_REACH)) * (below(highHz, at) - below(lowHz, at))
  })
  const filtered = values.map((_, at) =>
    weights.reduce((sum, weight, index) => sum + weight * (values[at + index - FILTER_REACH] ?? 0), 0),
  )
  return { timesMs, values: filtered }
}

export function numericOf(record: VitalsReading | undefined, code: string): number | null {
  return record?.numerics.find((numeric) => numeric.code === code)?.value ?? null
}

/** R peaks of a clean ECG: highest samples of its stretches above 0.6 mV, ms. */
export function peaksMs({ timesMs, values }: Samples): number[] {
  const peaks: number[] = []
  let best = -1
  values.forEach((value, at) => {
    if (value > 0.6) {
      if (best < 0 || value > (values[best] ?? 0)) best = at
    } else if (best >= 0) {
      peaks.push(timesMs[best] ?? NaN)
      best = -1
    }
  })
  return peaks
}

/** The samples of `[fromMs, toMs)`. */
export function cut({ timesMs, values }: Samples, fromMs: number, toMs: number): Samples {
  const kept = timesMs.map((_, at) => at).filter((at) => (timesMs[at] ?? 0) >= fromMs && (timesMs[at] ?? 0) < toMs)
  return { timesMs: kept.map((at) => timesMs[at] ?? NaN), values: kept.map((at) => values[at] ?? NaN) }
}

export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
}

/** Time of the least value, ms. */
export function troughMs({ timesMs, values }: Samples): number {
  return timesMs[values.indexOf(Math.min(...values))] ?? NaN
}

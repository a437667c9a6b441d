import { NO_SAMPLE } from '../../src/reading.ts'
import type { ScorePart } from '../../src/records.ts'
import type { SampleRing } from './sample-ring.ts'

/** A piece of heart sound as it is drawn and replayed; NaN: no sample. */
export interface HeartStretch {
  samples: Float32Array
  sampleRateHz: number
  fromMs: number
  toMs: number
}

export interface Span {
  fromMs: number
  toMs: number
}

/** The newest `seconds` that the ring has; null before the first. */
export function newestStretch(ring: SampleRing | undefined, seconds: number): HeartStretch | null {
  const end = ring?.endIndex ?? null
  if (ring === undefined || end === null) return null
  const length = Math.min(ring.capacity, Math.round(seconds * ring.sampleRateHz))
  const samples = new Float32Array(length)
  for (let index = 0; index < length; index++) {
    const sample = ring.at(end - length + index)
    samples[index] = sample === NO_SAMPLE ? NaN : sample / 32_768
  }
  return { samples, sampleRateHz: ring.sampleRateHz, fromMs: ring.timeOf(end - length), toMs: ring.timeOf(end) }
}

/** The seconds of a window on which a finding in the heart sound rests, as the model's own words name them. */
export function restsOnSpans(parts: readonly ScorePart[], windowStartMs: number): Span[] {
  const texts = parts
    .filter(({ scorer }) => scorer.endsWith(':pcg'))
    .flatMap(({ findings }) => findings)
    .filter(({ code }) => code === 'rests_on')
    .map(({ text }) => text)
  return texts.flatMap((text) =>
    [...text.matchAll(/seconds ([\d.]+) to ([\d.]+) of the window/g)].map(([, from, to]) => ({
      fromMs: windowStartMs + Number(from) * 1_000,
      toMs: windowStartMs + Number(to) * 1_000,
    })),
  )
}

import type { AuscultationSite, PatientWindow, PcgChunk } from '../reading.ts'
import { absence, type MissingReason } from './missing.ts'
import { chunkSamples } from './pcg-samples.ts'
import { HIGHEST_RATE_HZ, rationalRatio, resample } from './resampler.ts'

/** What the models hear: 10 s at 1 kHz. */
export const PCG_RATE_HZ = 1_000
export const PCG_LENGTH = 10 * PCG_RATE_HZ
/** Chunk times jitter by some milliseconds; up to here the next chunk simply goes on where the last one ended. */
const JOIN_TOLERANCE_MS = 25
const LEAST_SECONDS = 3
/** Below this power (in int16 steps) there is a cable, not a chest. */
const SILENCE_STEPS = 2
const MOST_CLIPPED_SHARE = 0.01

export interface PcgAudio {
  /** [10000], parts of full scale; 0 where the mask is. */
  samples: Float32Array
  /** [10000], 1 where there is sound. */
  mask: Float32Array
  seconds: number
  site: AuscultationSite
}

export type PcgResult = ({ ok: true } & PcgAudio) | { ok: false; reason: MissingReason }

interface Run {
  startMs: number
  rateHz: number
  parts: Float32Array[]
  length: number
}

/**
 * The heart sound of a window: the newest 10 s of the feed and site with most sound, put in place by time (the event
 * time of a chunk is that of its first sample), at 1 kHz. What is silent, clipped or too short is not passed on.
 */
export async function pcgAudio(window: PatientWindow): Promise<PcgResult> {
  const chunks = bestPlace(window.readings.pcg.filter(({ sampleCount }) => sampleCount > 0))
  const [first] = chunks
  if (first === undefined) return { ok: false, reason: absence(window, 'pcg') }
  const runs = await gapless(chunks)
  if ('reason' in runs) return { ok: false, ...runs }
  const verdict = refusal(runs)
  if (verdict !== null) return { ok: false, reason: verdict }
  return { ok: true, site: first.site, ...placed(runs) }
}

/** A stethoscope moves from site to site and a bed may have two: sounds of different places are not mixed. */
function bestPlace(chunks: readonly PcgChunk[]): readonly PcgChunk[] {
  const places = new Map<string, PcgChunk[]>()
  for (const chunk of chunks) {
    const key = `${chunk.feedId}\n${chunk.site}`
    const place = places.get(key)
    if (place === undefined) places.set(key, [chunk])
    else place.push(chunk)
  }
  const seconds = (place: readonly PcgChunk[]): number =>
    place.reduce((sum, chunk) => sum + chunk.sampleCount / chunk.sampleRateHz, 0)
  const ranked = [...places].sort(([a, left], [b, right]) => seconds(right) - seconds(left) || (a < b ? -1 : 1))
  const best = ranked[0]?.[1] ?? []
  return [...best].sort((a, b) => a.eventTimeMs - b.eventTimeMs || a.sequence - b.sequence)
}

/** Decodes chunks and strings together those that follow each other; each run is filtered as one piece. */
async function gapless(chunks: readonly PcgChunk[]): Promise<readonly Run[] | { reason: MissingReason }> {
  const runs: Run[] = []
  let sequence: number | null = null
  for (const chunk of chunks) {
    if (chunk.sequence === sequence) continue
    sequence = chunk.sequence
    if (chunk.sampleRateHz < PCG_RATE_HZ) return { reason: 'rate_too_low' }
    if (chunk.sampleRateHz > HIGHEST_RATE_HZ || !Number.isInteger(chunk.sampleRateHz))
      return { reason: 'AUDIO_UNREADABLE' }
    const decoded = await chunkSamples(chunk)
    // What one broken chunk held is a gap; only when nothing is readable is there no heart sound.
    if (!decoded.ok) continue
    const run = runs.at(-1)
    const endMs = run === undefined ? -Infinity : run.startMs + (run.length / run.rateHz) * 1_000
    const follows = run?.rateHz === chunk.sampleRateHz && Math.abs(chunk.eventTimeMs - endMs) <= JOIN_TOLERANCE_MS
    if (run !== undefined && follows) {
      run.parts.push(decoded.samples)
      run.length += decoded.samples.length
    } else
      runs.push({
        startMs: chunk.eventTimeMs,
        rateHz: chunk.sampleRateHz,
        parts: [decoded.samples],
        length: decoded.samples.length,
      })
  }
  return runs.length > 0 ? runs : { reason: 'AUDIO_UNREADABLE' }
}

function refusal(runs: readonly Run[]): MissingReason | null {
  const seconds = runs.reduce((sum, run) => sum + run.length / run.rateHz, 0)
  if (seconds < LEAST_SECONDS) return 'too_short'
  let samples = 0
  let clipped = 0
  let tenths = 0
  let silentTenths = 0
  for (const { parts, rateHz } of runs)
    for (const part of parts) {
      samples += part.length
      const tenth = Math.round(rateHz / 10)
      for (let from = 0; from < part.length; from += tenth) {
        const to = Math.min(from + tenth, part.length)
        let power = 0
        for (let index = from; index < to; index++) {
          const value = part[index] ?? 0
          power += value * value
          if (Math.abs(value) >= 32_766 / 32_768) clipped++
        }
        tenths++
        if (Math.sqrt(power / (to - from)) * 32_768 < SILENCE_STEPS) silentTenths++
      }
    }
  if (silentTenths > tenths / 2) return 'silent'
  return clipped > samples * MOST_CLIPPED_SHARE ? 'clipped' : null
}

function placed(runs: readonly Run[]): Pick<PcgAudio, 'samples' | 'mask' | 'seconds'> {
  const endMs = Math.max(...runs.map((run) => run.startMs + (run.length / run.rateHz) * 1_000))
  const originMs = Math.max(Math.min(...runs.map((run) => run.startMs)), endMs - (PCG_LENGTH / PCG_RATE_HZ) * 1_000)
  const samples = new Float32Array(PCG_LENGTH)
  const mask = new Float32Array(PCG_LENGTH)
  let heard = 0
  for (const run of runs) {
    const ratio = rationalRatio(run.rateHz, PCG_RATE_HZ)
    if (ratio === null) continue
    const sound = resample(joined(run), ratio)
    const from = Math.round(((run.startMs - originMs) / 1_000) * PCG_RATE_HZ)
    for (let index = Math.max(0, -from); index < sound.length && from + index < PCG_LENGTH; index++) {
      if (mask[from + index] === 1) continue
      samples[from + index] = sound[index] ?? 0
      mask[from + index] = 1
      heard++
    }
  }
  return { samples, mask, seconds: heard / PCG_RATE_HZ }
}

function joined({ parts, length }: Run): Float32Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const output = new Float32Array(length)
  let at = 0
  for (const part of parts) {
    output.set(part, at)
    at += part.length
  }
  return output
}

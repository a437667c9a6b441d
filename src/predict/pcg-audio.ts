import type { AuscultationSite, PatientWindow, PcgChunk } from '../reading.ts'
import { absence, type MissingReason } from './missing.ts'
import { chunkSamples, type ChunkSound } from './pcg-samples.ts'
import { HIGHEST_RATE_HZ, rationalRatio, type Ratio, reachOf, resample, resampledLength } from './resampler.ts'

/** What the models hear: 10 s at 1 kHz. */
export const PCG_RATE_HZ = 1_000
export const PCG_LENGTH = 10 * PCG_RATE_HZ
/** Chunk times jitter by some milliseconds; up to here the next chunk simply goes on where the last one ended. */
const JOIN_TOLERANCE_MS = 25
const LEAST_SECONDS = 3
/** Below this power, of 2 steps of int16, there is a cable, not a chest. */
const SILENCE_POWER = (2 / 32_768) ** 2
const MOST_CLIPPED_SHARE = 0.01
/** A sample of this much of full scale, or more, is clipped. */
const CLIPPED = 32_766 / 32_768
/** 10 s at the highest rate. What a longer window needs is not kept. */
const MOST_SCRATCH_SAMPLES = 2 ** 20

/** Where the samples of one window lie while it is prepared; then the next window's. */
let scratch = new Float64Array(0)
/** The mask of a window with sound throughout: nearly all are, and they share it. Nobody writes into a mask. */
const SOUND_THROUGHOUT = new Float32Array(PCG_LENGTH).fill(1)

export interface PcgAudio {
  /** event time of the first sample */
  startMs: number
  /** [10000], parts of full scale; 0 where the mask is. */
  samples: Float32Array
  /** [10000], 1 where there is sound. */
  mask: Float32Array
  seconds: number
  site: AuscultationSite
}

export type PcgResult = ({ ok: true } & PcgAudio) | { ok: false; reason: MissingReason }

/** Chunks that follow each other without a gap. */
interface Run {
  startMs: number
  rateHz: number
  ratio: Ratio
  chunks: ChunkSound[]
  sampleCount: number
}

interface DecodedRun extends Run {
  /** [reach + sampleCount + reach], in the scratch: the sound, with silence before and after it. */
  padded: Float64Array
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
  if (runs.reduce((sum, run) => sum + run.sampleCount / run.rateHz, 0) < LEAST_SECONDS)
    return { ok: false, reason: 'too_short' }
  // From here on nothing is waited for: the scratch is this window's until it is answered.
  const decoded = inScratch(runs)
  const verdict = refusal(decoded)
  if (verdict !== null) return { ok: false, reason: verdict }
  return { ok: true, site: first.site, ...placed(decoded) }
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

/** Strings together the chunks that follow each other; each run is filtered as one piece. */
async function gapless(chunks: readonly PcgChunk[]): Promise<readonly Run[] | { reason: MissingReason }> {
  const runs: Run[] = []
  let sequence: number | null = null
  for (const chunk of chunks) {
    if (chunk.sequence === sequence) continue
    sequence = chunk.sequence
    const { sampleRateHz: rateHz, eventTimeMs: startMs } = chunk
    if (rateHz < PCG_RATE_HZ) return { reason: 'rate_too_low' }
    const ratio = rationalRatio(rateHz, PCG_RATE_HZ)
    if (rateHz > HIGHEST_RATE_HZ || ratio === null) return { reason: 'AUDIO_UNREADABLE' }
    const sound = await chunkSamples(chunk)
    // What one broken chunk held is a gap; only when nothing is readable is there no heart sound.
    if (!sound.ok) continue
    const run = runs.at(-1)
    const follows = run?.rateHz === rateHz && Math.abs(startMs - endMsOf(run)) <= JOIN_TOLERANCE_MS
    if (run !== undefined && follows) {
      run.chunks.push(sound)
      run.sampleCount += sound.sampleCount
    } else runs.push({ startMs, rateHz, ratio, chunks: [sound], sampleCount: sound.sampleCount })
  }
  return runs.length > 0 ? runs : { reason: 'AUDIO_UNREADABLE' }
}

function endMsOf(run: Run): number {
  return run.startMs + (run.sampleCount / run.rateHz) * 1_000
}

/** Writes the samples of every run into the scratch, one run after the other. */
function inScratch(runs: readonly Run[]): readonly DecodedRun[] {
  const paddedLength = ({ sampleCount, ratio }: Run): number => sampleCount + 2 * reachOf(ratio)
  const room = scratchOf(runs.reduce((sum, run) => sum + paddedLength(run), 0))
  let from = 0
  return runs.map((run) => {
    const padded = room.subarray(from, (from += paddedLength(run)))
    const reach = reachOf(run.ratio)
    padded.fill(0, 0, reach)
    let at = reach
    for (const chunk of run.chunks) {
      chunk.writeTo(padded, at)
      at += chunk.sampleCount
    }
    padded.fill(0, at)
    return { ...run, padded }
  })
}

function scratchOf(length: number): Float64Array {
  if (length > MOST_SCRATCH_SAMPLES) return new Float64Array(length)
  if (length > scratch.length) scratch = new Float64Array(2 ** Math.ceil(Math.log2(length)))
  return scratch
}

function refusal(runs: readonly DecodedRun[]): MissingReason | null {
  let samples = 0
  let clipped = 0
  let tenths = 0
  let silentTenths = 0
  for (const { chunks, rateHz, ratio, padded, sampleCount } of runs) {
    samples += sampleCount
    const tenth = Math.round(rateHz / 10)
    let chunkEnd = reachOf(ratio)
    for (const chunk of chunks) {
      let from = chunkEnd
      chunkEnd += chunk.sampleCount
      for (; from < chunkEnd; from += tenth) {
        const to = Math.min(from + tenth, chunkEnd)
        tenths++
        if (isSilent(padded, from, to)) silentTenths++
        clipped += clippedSamples(padded, from, to)
      }
    }
  }
  if (silentTenths > tenths / 2) return 'silent'
  return clipped > samples * MOST_CLIPPED_SHARE ? 'clipped' : null
}

/** Most sounds are found out after a few samples. */
function isSilent(sound: Float64Array, from: number, to: number): boolean {
  const enough = (to - from) * SILENCE_POWER
  let power = 0
  for (let index = from; index < to; index++) {
    const value = sound[index] ?? 0
    power += value * value
    if (power >= enough) return false
  }
  return true
}

function clippedSamples(sound: Float64Array, from: number, to: number): number {
  let clipped = 0
  for (let index = from; index < to; index++) if (Math.abs(sound[index] ?? 0) >= CLIPPED) clipped++
  return clipped
}

/** Only what falls into the newest 10 s is resampled. Runs come by their start; where two overlap, the earlier is heard. */
function placed(runs: readonly DecodedRun[]): Omit<PcgAudio, 'site'> {
  const endMs = Math.max(...runs.map(endMsOf))
  const originMs = Math.max(Math.min(...runs.map((run) => run.startMs)), endMs - (PCG_LENGTH / PCG_RATE_HZ) * 1_000)
  const samples = new Float32Array(PCG_LENGTH)
  const spans: { from: number; to: number }[] = []
  let heard = 0
  let filledTo = 0
  for (const { startMs, ratio, padded, sampleCount } of runs) {
    const start = Math.round(((startMs - originMs) / 1_000) * PCG_RATE_HZ)
    const from = Math.max(start, filledTo)
    const to = Math.min(start + resampledLength(sampleCount, ratio), PCG_LENGTH)
    if (from >= to) continue
    resample(padded, ratio, samples.subarray(from, to), from - start)
    spans.push({ from, to })
    heard += to - from
    filledTo = to
  }
  const mask = heard === PCG_LENGTH ? SOUND_THROUGHOUT : maskOf(spans)
  return { startMs: originMs, samples, mask, seconds: heard / PCG_RATE_HZ }
}

function maskOf(spans: readonly { from: number; to: number }[]): Float32Array {
  const mask = new Float32Array(PCG_LENGTH)
  for (const { from, to } of spans) mask.fill(1, from, to)
  return mask
}

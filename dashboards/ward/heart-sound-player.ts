import type { Bed } from './bed.ts'
import type { HeartStretch } from './heart-stretch.ts'
import { int16Of } from './sample-ring.ts'

/** Browsers refuse buffers below 3 kHz; heart sound is often taken at 2 kHz, so it is played at a multiple of its rate. */
const LEAST_RATE_HZ = 8_000
const LEAD_S = 0.15
/** Chunks that wait longer than this are let go: what is heard must be of now. */
const MOST_WAIT_S = 2

/** Plays a bed's heart sound as it comes. Returns how to stop. Called from a gesture, as browsers ask. */
export function listenTo(bed: Bed, volume: () => number): () => void {
  const { audio, gain } = opened(volume)
  let nextS = 0
  bed.listener = (update) => {
    gain.gain.value = volume()
    const buffer = bufferOf(audio, int16Of(update.samples), update.sampleRateHz, 32_768)
    if (buffer === null || nextS - audio.currentTime > MOST_WAIT_S) return
    const source = audio.createBufferSource()
    source.buffer = buffer
    source.connect(gain)
    nextS = Math.max(nextS, audio.currentTime + LEAD_S)
    source.start(nextS)
    nextS += buffer.duration
  }
  return () => {
    bed.listener = null
    void audio.close()
  }
}

/** Plays a stretch once more and says how far it has come, from 0 to 1. Returns how to stop. */
export function replay(
  { samples, sampleRateHz }: HeartStretch,
  told: { volume: () => number; at: (share: number) => void; ended: () => void },
): () => void {
  const { audio, gain } = opened(told.volume)
  const source = audio.createBufferSource()
  source.buffer = bufferOf(audio, samples, sampleRateHz, 1)
  source.connect(gain)
  const startedS = audio.currentTime + LEAD_S
  source.start(startedS)
  let frame = 0
  const follow = (): void => {
    gain.gain.value = told.volume()
    const share = (audio.currentTime - startedS) / (samples.length / sampleRateHz)
    if (share >= 1) return told.ended()
    told.at(Math.max(0, share))
    frame = requestAnimationFrame(follow)
  }
  follow()
  return () => {
    cancelAnimationFrame(frame)
    void audio.close()
  }
}

function opened(volume: () => number): { audio: AudioContext; gain: GainNode } {
  const audio = new AudioContext()
  const gain = audio.createGain()
  gain.gain.value = volume()
  gain.connect(audio.destination)
  return { audio, gain }
}

/** Straight lines between samples: above the band of heart sounds (below 1 kHz) nothing is added that is heard. */
function bufferOf(
  audio: AudioContext,
  given: Int16Array | Float32Array,
  sampleRateHz: number,
  full: number,
): AudioBuffer | null {
  if (given.length === 0) return null
  const times = Math.max(1, Math.ceil(LEAST_RATE_HZ / sampleRateHz))
  const buffer = audio.createBuffer(1, given.length * times, sampleRateHz * times)
  const out = buffer.getChannelData(0)
  // Where a sample is missing it is silent.
  const at = (index: number): number => {
    const sample = given[index] ?? 0
    return Number.isNaN(sample) ? 0 : sample / full
  }
  for (let index = 0; index < given.length; index++) {
    const from = at(index)
    const to = index + 1 < given.length ? at(index + 1) : from
    for (let step = 0; step < times; step++) out[index * times + step] = from + ((to - from) * step) / times
  }
  return buffer
}

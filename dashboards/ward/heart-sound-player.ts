import type { HeartSoundUpdate } from '../../src/watch/events.ts'
import type { Bed } from './bed.ts'
import { int16Of } from './sample-ring.ts'

/** Browsers refuse buffers below 3 kHz; heart sound is often taken at 2 kHz, so it is played at a multiple of its rate. */
const LEAST_RATE_HZ = 8_000
const LEAD_S = 0.15
/** Chunks that wait longer than this are let go: what is heard must be of now. */
const MOST_WAIT_S = 2

/** Plays a bed's heart sound as it comes. Returns how to stop. Called from a gesture, as browsers ask. */
export function listenTo(bed: Bed): () => void {
  const audio = new AudioContext()
  let nextS = 0
  bed.listener = (update) => {
    const buffer = bufferOf(audio, update)
    if (buffer === null || nextS - audio.currentTime > MOST_WAIT_S) return
    const source = audio.createBufferSource()
    source.buffer = buffer
    source.connect(audio.destination)
    nextS = Math.max(nextS, audio.currentTime + LEAD_S)
    source.start(nextS)
    nextS += buffer.duration
  }
  return () => {
    bed.listener = null
    void audio.close()
  }
}

/** Straight lines between samples: above the band of heart sounds (below 1 kHz) nothing is added that is heard. */
function bufferOf(audio: AudioContext, { samples, sampleRateHz }: HeartSoundUpdate): AudioBuffer | null {
  const given = int16Of(samples)
  if (given.length === 0) return null
  const times = Math.max(1, Math.ceil(LEAST_RATE_HZ / sampleRateHz))
  const buffer = audio.createBuffer(1, given.length * times, sampleRateHz * times)
  const out = buffer.getChannelData(0)
  for (let index = 0; index < given.length; index++) {
    const from = given[index] ?? 0
    const to = given[index + 1] ?? from
    for (let step = 0; step < times; step++) out[index * times + step] = (from + ((to - from) * step) / times) / 32_768
  }
  return buffer
}

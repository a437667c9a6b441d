import type { StoredHeartSound, StretchPage } from '../store/stored-records.ts'
import { heartSoundSamples } from './heart-sound-samples.ts'
import type { EpisodeItem } from './history.ts'
import { alertView, predictionUpdate, windowUpdate } from './updates.ts'

const MODE = 'playback'

/** What a stored page shows, in the order in which a screen would have shown it. */
export async function episodeItems(page: StretchPage): Promise<EpisodeItem[]> {
  const items: EpisodeItem[] = []
  for (const { patientId, feedId, eventTimeMs, generationMode, numerics } of page.vitals) {
    const update = { mode: MODE, patientId, feedId, eventTimeMs, generationMode, numerics } as const
    items.push({ atMs: eventTimeMs, event: 'vitals', update })
  }
  for (const stretch of page.waveforms) {
    const { patientId, code, startTimeMs, sampleRateHz, scale, offset, unit, validity, samples } = stretch
    const signal = { code, startTimeMs, sampleRateHz, scale, offset, unit, validity, samples }
    items.push({ atMs: startTimeMs, event: 'waveform', update: { mode: MODE, patientId, ...signal } })
  }
  for (const sound of page.heartSounds) {
    const samples = await samplesOf(sound)
    if (samples === null) continue
    const { patientId, startTimeMs, sampleRateHz, site } = sound
    const update = { mode: MODE, patientId, startTimeMs, sampleRateHz, site, samples } as const
    items.push({ atMs: startTimeMs, event: 'heart-sound', update })
  }
  for (const { patientId, eventTimeMs, jpeg } of page.frames)
    items.push({ atMs: eventTimeMs, event: 'frame', update: { mode: MODE, patientId, eventTimeMs, jpeg } })
  for (const prediction of page.predictions) {
    const atMs = prediction.windowEndMs
    items.push({ atMs, event: 'window', update: windowUpdate(MODE, prediction) })
    items.push({ atMs, event: 'prediction', update: predictionUpdate(MODE, prediction) })
  }
  for (const alert of page.alerts)
    items.push({ atMs: alert.eventTimeMs, event: 'alert', update: alertView(MODE, alert, alert.onsetTimeMs) })
  return items.sort((a, b) => a.atMs - b.atMs)
}

/** The archive keeps of a chunk what a screen needs; what only a feed knows of it does not matter to its samples. */
function samplesOf(sound: StoredHeartSound): Promise<Uint8Array | null> {
  const { startTimeMs: eventTimeMs } = sound
  const samples = Buffer.from(sound.samples.buffer, sound.samples.byteOffset, sound.samples.byteLength)
  const unknown = { deviceId: '', sequence: 0, deviceTimeMs: eventTimeMs, clockOffsetMs: 0, heartbeat: false }
  return heartSoundSamples({ ...unknown, ...sound, eventTimeMs, samples })
}

import type { GenerationMode, Modality, Reading, VitalsReading } from '../reading.ts'
import type { RecordedReading } from './recording.ts'

/** Who sends a recording, as every record of it says. */
export interface RecordedFeed {
  modality: Modality
  patientId: string
  feedId: string
  deviceId: string
  generationMode: GenerationMode
}

const NO_BYTES = Buffer.alloc(0)

/** A recorded reading put at a time: its offset 0 happens at `startMs`. */
export function readingAt(feed: RecordedFeed, recorded: RecordedReading, startMs: number, sequence: number): Reading {
  const head = headOf(feed, startMs + recorded.offsetMs, sequence, false)
  switch (recorded.modality) {
    case 'vitals': {
      const waveforms = recorded.waveforms.map(({ startOffsetMs, ...stretch }) => ({
        ...stretch,
        startTimeMs: startMs + startOffsetMs,
      }))
      return { modality: 'vitals', record: { ...head, numerics: recorded.numerics, waveforms } }
    }
    case 'pcg': {
      const { site, sampleRateHz, sampleCount, samples } = recorded
      return { modality: 'pcg', record: { ...head, site, sampleRateHz, encoding: 'pcm_s16le', sampleCount, samples } }
    }
    case 'video': {
      const { widthPx, heightPx, jpeg } = recorded
      return { modality: 'video', record: { ...head, widthPx, heightPx, jpeg } }
    }
  }
}

/** The feed is alive and has nothing to say. */
export function heartbeatAt(feed: RecordedFeed, eventTimeMs: number, sequence: number): Reading {
  const head = headOf(feed, eventTimeMs, sequence, true)
  switch (feed.modality) {
    case 'vitals':
      return { modality: 'vitals', record: { ...head, numerics: [], waveforms: [] } }
    case 'pcg': {
      const nothing = { site: 'unknown', sampleRateHz: 0, encoding: 'pcm_s16le', sampleCount: 0 } as const
      return { modality: 'pcg', record: { ...head, ...nothing, samples: NO_BYTES } }
    }
    case 'video':
      return { modality: 'video', record: { ...head, widthPx: 0, heightPx: 0, jpeg: NO_BYTES } }
  }
}

type Head = Omit<VitalsReading, 'numerics' | 'waveforms'>

/** A recording has no device clock of its own: device time is event time. */
function headOf(feed: RecordedFeed, eventTimeMs: number, sequence: number, heartbeat: boolean): Head {
  const { patientId, feedId, deviceId, generationMode } = feed
  return {
    patientId,
    feedId,
    deviceId,
    sequence,
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode,
    heartbeat,
  }
}

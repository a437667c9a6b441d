import type { Alert, AuscultationSite, GenerationMode, Numeric, PcgEncoding, Prediction, Validity } from '../reading.ts'

/** What the archive gives back of a stretch of one patient. Times are event times; bytes are as they came. */
export interface StoredVitals {
  patientId: string
  feedId: string
  sequence: number
  eventTimeMs: number
  generationMode: GenerationMode
  numerics: Numeric[]
}

export interface StoredWaveform {
  patientId: string
  feedId: string
  code: string
  startTimeMs: number
  sampleRateHz: number
  /** value = sample * scale + offset */
  scale: number
  offset: number
  unit: string
  validity: Validity
  generationMode: GenerationMode
  /** int16, little-endian; -32768: no sample */
  samples: Uint8Array
}

export interface StoredHeartSound {
  patientId: string
  feedId: string
  startTimeMs: number
  site: AuscultationSite
  sampleRateHz: number
  encoding: PcgEncoding
  sampleCount: number
  generationMode: GenerationMode
  samples: Uint8Array
}

export interface StoredFrame {
  patientId: string
  feedId: string
  eventTimeMs: number
  widthPx: number
  heightPx: number
  generationMode: GenerationMode
  jpeg: Uint8Array
}

/** A page of a stretch, `[fromMs, toMs)`: each list in time order. Predictions stand at the end of their window. */
export interface StretchPage {
  fromMs: number
  toMs: number
  vitals: StoredVitals[]
  waveforms: StoredWaveform[]
  heartSounds: StoredHeartSound[]
  frames: StoredFrame[]
  predictions: Prediction[]
  alerts: Alert[]
}

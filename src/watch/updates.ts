import type { Alert, PcgChunk, Prediction, VideoFrame, VitalsReading, WaveformStretch } from '../records.ts'
import type {
  AlertView,
  FrameUpdate,
  HeartSoundUpdate,
  PredictionUpdate,
  ViewMode,
  VitalsUpdate,
  WaveformUpdate,
  WindowUpdate,
} from './events.ts'

/** Records of the log as updates of the screen. Bytes are passed on, not copied. */
export function vitalsUpdate(mode: ViewMode, record: VitalsReading): VitalsUpdate {
  const { patientId, feedId, eventTimeMs, generationMode, numerics } = record
  return { mode, patientId, feedId, eventTimeMs, generationMode, numerics }
}

export function waveformUpdate(mode: ViewMode, patientId: string, stretch: WaveformStretch): WaveformUpdate {
  return { mode, patientId, ...stretch }
}

export function heartSoundUpdate(mode: ViewMode, chunk: PcgChunk, samples: Uint8Array): HeartSoundUpdate {
  const { patientId, eventTimeMs, sampleRateHz, site } = chunk
  return { mode, patientId, startTimeMs: eventTimeMs, sampleRateHz, site, samples }
}

export function frameUpdate(mode: ViewMode, frame: VideoFrame): FrameUpdate {
  const { patientId, eventTimeMs, jpeg } = frame
  return { mode, patientId, eventTimeMs, jpeg }
}

export function windowUpdate(mode: ViewMode, prediction: Prediction): WindowUpdate {
  const { patientId, windowStartMs, windowEndMs, vitalsCount, pcgCount, videoCount, closedBy } = prediction
  const counts = { vitals: vitalsCount, pcg: pcgCount, video: videoCount }
  return { mode, patientId, windowStartMs, windowEndMs, counts, closedBy }
}

export function predictionUpdate(mode: ViewMode, prediction: Prediction): PredictionUpdate {
  const { id, patientId, windowStartMs, windowEndMs, rung, risk, riskLow, riskHigh, parts, missing, model } = prediction
  return { mode, id, patientId, windowStartMs, windowEndMs, rung, risk, riskLow, riskHigh, parts, missing, model }
}

/** Of one that is not of now, when the log took it is not known. */
export function alertView(mode: ViewMode, alert: Alert, raisedAppendTimeMs?: number): AlertView {
  const view = { ...alert, id: alert.alertId, transitionId: alert.id, mode }
  return raisedAppendTimeMs === undefined ? view : { ...view, raisedAppendTimeMs }
}

import { createHash } from 'node:crypto'
import type { Prediction } from '../reading.ts'
import type { ClosedWindow } from './patient-join.ts'

/** What predict concludes from a window. */
export type Conclusion = Pick<Prediction, 'rung' | 'risk' | 'riskLow' | 'riskHigh' | 'parts' | 'missing' | 'model'>

/** The id of a window's one prediction: whoever closes the window again gives it the same id. */
export function predictionId(patientId: string, windowStartMs: number): string {
  return createHash('sha256').update(`${patientId}|window|${windowStartMs}`).digest('hex').slice(0, 32)
}

/** The record of a closed window and of what was concluded from it. */
export function windowRecord({ window, closedBy, contentDigest }: ClosedWindow, conclusion: Conclusion): Prediction {
  const { counts, generationMode } = window.readings
  return {
    id: predictionId(window.patientId, window.startMs),
    patientId: window.patientId,
    windowStartMs: window.startMs,
    windowEndMs: window.endMs,
    // Nothing came: then it is as real as whoever is in the bed.
    generationMode: generationMode ?? window.context?.generationMode ?? 'test',
    closedBy,
    vitalsCount: counts.vitals,
    pcgCount: counts.pcg,
    videoCount: counts.video,
    sources: [...window.sources],
    contentDigest,
    ...conclusion,
  }
}

import { createHash } from 'node:crypto'
import { type GenerationMode, type PatientWindow, type Prediction } from '../reading.ts'
import { type ClosedWindow } from './patient-join.ts'

/** What predict concludes from a window. */
export type Conclusion = Pick<Prediction, 'rung' | 'risk' | 'parts' | 'missing' | 'model'>

/** The id of a window's one prediction: whoever closes the window again gives it the same id. */
export function predictionId(patientId: string, windowStartMs: number): string {
  return createHash('sha256').update(`${patientId}|window|${windowStartMs}`).digest('hex').slice(0, 32)
}

/** The record of a closed window and of what was concluded from it. */
export function windowRecord({ window, closedBy, contentDigest }: ClosedWindow, conclusion: Conclusion): Prediction {
  return {
    id: predictionId(window.patientId, window.startMs),
    patientId: window.patientId,
    windowStartMs: window.startMs,
    windowEndMs: window.endMs,
    generationMode: generationMode(window),
    closedBy,
    vitalsCount: window.vitals.length,
    pcgCount: window.pcg.length,
    videoCount: window.video.length,
    sources: [...window.sources],
    contentDigest,
    ...conclusion,
  }
}

/** A window with anything but real readings in it is not real. */
function generationMode({ vitals, pcg, video, context }: PatientWindow): GenerationMode {
  let mode: GenerationMode | null = null
  for (const readings of [vitals, pcg, video])
    for (const { generationMode } of readings)
      if (mode === null || WORTH[generationMode] < WORTH[mode]) mode = generationMode
  return mode ?? context?.generationMode ?? 'test'
}

const WORTH = { demo: 0, test: 1, real: 2 } as const satisfies Record<GenerationMode, number>

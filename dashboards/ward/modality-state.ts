import type { Modality } from '../../src/records.ts'
import type { PredictionUpdate, WindowUpdate } from '../../src/watch/events.ts'

export type ModalityState = { state: 'live' | 'silent' | 'unknown'; why: string }

const WHY: Readonly<Record<string, string>> = {
  idle: 'silent',
  never_seen: 'no such feed',
  not_measured: 'not measured',
  invalid: 'not valid',
}

/** Whether a modality was there in the bed's last window; a window too old to speak for now says nothing. */
export function modalityState(
  modality: Modality,
  window: WindowUpdate | null,
  prediction: PredictionUpdate | null,
  windowIsFresh: boolean,
): ModalityState {
  if (!windowIsFresh) return { state: 'unknown', why: 'no recent window' }
  const missing = prediction?.missing.find(({ input }) => input === modality)
  const count = window?.counts[modality]
  if (count !== undefined && count > 0) return { state: 'live', why: `${count} in the last window` }
  if (missing !== undefined) return { state: 'silent', why: WHY[missing.reason] ?? missing.reason }
  if (count === 0) return { state: 'silent', why: 'nothing in the last window' }
  const used = prediction?.parts.some(({ modalities }) => modalities.includes(modality)) === true
  return used ? { state: 'live', why: 'in the last window' } : { state: 'unknown', why: 'not known yet' }
}

/** A window speaks for now until the next two should have closed: size 10 s, grace 2 s, and their way here. */
export const WINDOW_FRESH_MS = 30_000

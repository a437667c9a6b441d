import type { Missing, Modality, PatientWindow } from '../reading.ts'
import type { ErrorCode } from '../errors.ts'

/**
 * Why an input was not used, besides error codes:
 * idle, never_seen: of a feed; not_measured: nothing usable came; invalid: it came and cannot be trusted;
 * no_model: it came and no model reads it; too_short, silent, clipped, rate_too_low: of a heart sound;
 * inconclusive: a model read it and does not know; strange: it is unlike all that the model learnt from, and is not believed;
 * not_applicable: the score is not made for this patient.
 */
export const MISSING_REASONS = [
  'idle',
  'never_seen',
  'not_measured',
  'invalid',
  'no_model',
  'too_short',
  'silent',
  'clipped',
  'rate_too_low',
  'inconclusive',
  'strange',
  'not_applicable',
] as const
export type MissingReason = ErrorCode | (typeof MISSING_REASONS)[number]

export function missing(input: string, reason: MissingReason): Missing {
  return { input, reason }
}

/** Why nothing of a modality is in the window, from what the join knew of its feeds. */
export function absence(window: PatientWindow, modality: Modality): MissingReason {
  const feeds = window.sources.filter((source) => source.modality === modality)
  if (feeds.length === 0) return 'never_seen'
  return feeds.every((feed) => feed.state === 'idle') ? 'idle' : 'not_measured'
}

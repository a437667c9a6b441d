import type { ScorePart } from '../reading.ts'
import { NEWS2_SCORER } from './news2-scorer.ts'

/**
 * The most that a heart-sound finding adds, as a part of what NEWS2 leaves to 1. A murmur is a reason to examine, not
 * acute illness: with a tenth it never carries a patient over the 0.5 or the 0.7 that NEWS2's own steps stand for.
 */
const FINDING_WEIGHT = 0.1

export interface Fused {
  /** 0..1; null: not known. */
  risk: number | null
  parts: ScorePart[]
}

/**
 * The combined risk: `n + (1 - n) · 0.1 · f`, n the NEWS2 score and f the largest score of a model, each part with its
 * share. Of models only those of heart sounds count: what another says (a lost view, say) is no measure of how ill a patient is. It is a hand-made ranking for evaluation, monotone in every part. It is NOT a probability and was not fitted to
 * outcomes. Without NEWS2 there is no risk: a finding alone does not say how ill a patient is.
 */
export function fuse(parts: readonly Omit<ScorePart, 'share'>[]): Fused {
  const news2 = parts.find(({ scorer }) => scorer === NEWS2_SCORER)?.score ?? null
  if (news2 === null) return { risk: null, parts: parts.map((part) => ({ ...part, share: 0 })) }
  const strongest = parts
    .filter(({ scorer, score, modalities }) => scorer !== NEWS2_SCORER && score !== null && modalities.includes('pcg'))
    .reduce<Omit<ScorePart, 'share'> | null>(
      (best, part) => ((part.score ?? 0) > (best?.score ?? -1) ? part : best),
      null,
    )
  const shared = parts.map((part) => {
    if (part.scorer === NEWS2_SCORER) return { ...part, share: news2 }
    return { ...part, share: part === strongest ? (1 - news2) * FINDING_WEIGHT * (part.score ?? 0) : 0 }
  })
  // The risk is made from the shares, so that they sum to it to the last bit.
  return { risk: shared.reduce((sum, { share }) => sum + share, 0), parts: shared }
}

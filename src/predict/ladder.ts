import type { DegradationRung, Modality, ScorePart } from '../reading.ts'
import { NEWS2_SCORER } from './news2-scorer.ts'

/**
 * The rung of the ladder of degradation, from who answered and what from.
 * multimodal: vitals and heart sound both count (today by NEWS2 and a heart-sound model side by side, not by one model
 * over both; no model reads video yet, so video never counts).
 * partial: models answered, from less than that. vitals_only: a model, from vitals alone. news2: the rule alone.
 * limits_only: nobody answered.
 */
export function rungOf(parts: readonly Pick<ScorePart, 'scorer' | 'score' | 'modalities'>[]): DegradationRung {
  const answered = parts.filter(({ score }) => score !== null)
  const used = new Set<Modality>(answered.flatMap(({ modalities }) => modalities))
  if (used.has('vitals') && used.has('pcg')) return 'multimodal'
  const byModel = new Set<Modality>(
    answered.filter(({ scorer }) => scorer !== NEWS2_SCORER).flatMap(({ modalities }) => modalities),
  )
  if (byModel.size === 1 && byModel.has('vitals')) return 'vitals_only'
  if (byModel.size > 0) return 'partial'
  return answered.length > 0 ? 'news2' : 'limits_only'
}

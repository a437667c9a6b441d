import type { DegradationRung, Modality, ScorePart } from '../reading.ts'
import { evidenceOf } from './evidence.ts'
import { NEWS2_SCORER } from './news2-scorer.ts'

/**
 * The rung of the ladder of degradation, from who answered and what from.
 *
 * Where a fused model answered, from the evidence that counted in it:
 * multimodal: the vital signs and at least one other stream, heart sound or video. vitals_only: the vital signs without another stream
 * (waveforms are of the same monitor, and notes are no stream). partial: less than that.
 *
 * Otherwise multimodal: vitals and heart sound both count, by NEWS2 and a heart-sound model side by side.
 * partial: models answered, from less than that. vitals_only: a model, from vitals alone. news2: the rule alone.
 * limits_only: nobody answered.
 */
export function rungOf(parts: readonly Pick<ScorePart, 'scorer' | 'score' | 'modalities'>[]): DegradationRung {
  const evidence = parts.filter(({ scorer }) => evidenceOf(scorer) !== null)
  if (evidence.length > 0) {
    if (!evidence.some(({ scorer }) => evidenceOf(scorer) === 'vitals')) return 'partial'
    return evidence.some(({ modalities }) => modalities.some((stream) => stream !== 'vitals'))
      ? 'multimodal'
      : 'vitals_only'
  }
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

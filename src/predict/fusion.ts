import type { ScorePart } from '../reading.ts'
import { URGENT_SCORE } from './acuity.ts'
import { NEWS2_SCORER } from './news2-scorer.ts'

/**
 * The most that a heart-sound finding adds, as a part of what NEWS2 leaves to 1. A murmur is a reason to examine, not
 * acute illness: with a tenth it never carries a patient over the 0.5 or the 0.7 that NEWS2's own steps stand for.
 */
const FINDING_WEIGHT = 0.1

export type Scored = Omit<ScorePart, 'share'>

/** A fused model's probability, taken apart: its own part has the base rate, that of each evidence its Shapley value. */
export interface WeighedRisk {
  own: Scored
  low: number
  high: number
  /** by part; they sum to the model's probability */
  shares: ReadonlyMap<Scored, number>
}

export interface Fused {
  /** 0..1; null: not known. */
  risk: number | null
  /** 95 % of the fused model, carried through; null: no fused model answered, or there is no risk */
  riskLow: number | null
  riskHigh: number | null
  parts: ScorePart[]
}

/**
 * The combined risk. It is a hand-made ranking for evaluation. It is NOT a probability and was not fitted to outcomes.
 *
 * With a fused model `n + (1 - n) · r`: n the NEWS2 score, r the model's probability, which stands in its own finding. So the model only
 * ever raises what NEWS2 says, and never hides it. Each evidence has its part of `(1 - n) · r` and may lower it; other models
 * add nothing, since what they would add is in the fused one.
 *
 * Without a fused answer `n + (1 - n) · 0.1 · f`, f the largest score of a model of heart sounds: what another finds (a lost view, say) is
 * no measure of how ill a patient is.
 *
 * Without NEWS2 there is no risk: a small number would pass for an all-clear that nobody gave. One exception, the one that NEWS2 itself makes
 * for partial data: where r alone already asks for an urgent response it is told, since with NEWS2 it could only be higher.
 */
export function fuse(parts: readonly Scored[], weighed: WeighedRisk | null = null): Fused {
  const news2 = parts.find(({ scorer }) => scorer === NEWS2_SCORER)?.score ?? null
  return weighed === null ? besideNews2(parts, news2) : overNews2(parts, news2, weighed)
}

function overNews2(parts: readonly Scored[], news2: number | null, { own, low, high, shares }: WeighedRisk): Fused {
  const probability = [...shares.values()].reduce((sum, share) => sum + share, 0)
  if (news2 === null && !(probability >= URGENT_SCORE)) return unknown(parts)
  const known = news2 ?? 0
  const rest = 1 - known
  const shared = parts.map((part) => {
    // A product with nothing may be -0, which is not what travels.
    const share = part.scorer === NEWS2_SCORER ? known : 0 + rest * (shares.get(part) ?? 0)
    return { ...part, share }
  })
  const base = shared[parts.indexOf(own)]
  let risk = sumOf(shared)
  // Shares of single precision may sum to a hair beyond 0 or 1; the base rate takes that up.
  for (let reach = 1; base !== undefined && !(risk >= 0 && risk <= 1); reach *= 2) {
    base.share -= reach * (risk - Math.min(1, Math.max(0, risk)))
    risk = sumOf(shared)
  }
  const riskLow = Math.min(risk, Math.max(0, known + rest * low))
  const riskHigh = Math.max(risk, Math.min(1, known + rest * high))
  return { risk, riskLow, riskHigh, parts: shared }
}

function besideNews2(parts: readonly Scored[], news2: number | null): Fused {
  if (news2 === null) return unknown(parts)
  const strongest = parts
    .filter(({ scorer, score, modalities }) => scorer !== NEWS2_SCORER && score !== null && modalities.includes('pcg'))
    .reduce<Scored | null>((best, part) => ((part.score ?? 0) > (best?.score ?? -1) ? part : best), null)
  const shared = parts.map((part) => {
    if (part.scorer === NEWS2_SCORER) return { ...part, share: news2 }
    return { ...part, share: part === strongest ? (1 - news2) * FINDING_WEIGHT * (part.score ?? 0) : 0 }
  })
  return { risk: sumOf(shared), riskLow: null, riskHigh: null, parts: shared }
}

function unknown(parts: readonly Scored[]): Fused {
  return { risk: null, riskLow: null, riskHigh: null, parts: parts.map((part) => ({ ...part, share: 0 })) }
}

/** The risk is made from the shares, so that they sum to it to the last bit. */
function sumOf(parts: readonly ScorePart[]): number {
  return parts.reduce((sum, { share }) => sum + share, 0)
}

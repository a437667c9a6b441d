import { evidenceOf, type EvidenceName } from '../../src/predict/evidence.ts'
import type { ScorePart } from '../../src/records.ts'

export const EVIDENCE_WORD = {
  vitals: 'Vital signs',
  waveforms: 'Waveforms',
  pcg: 'Heart sound',
  video: 'Video',
  notes: 'Notes',
} as const satisfies Record<EvidenceName, string>

export type Effect = 'raises' | 'lowers' | 'none'

/** One part of a risk as it is drawn: a bar from a zero line, to the right where it raises the risk, to the left where it lowers it. */
export interface ShareBar {
  part: ScorePart
  label: string
  effect: Effect
  /** +0.031 or −0.004, of the score */
  amount: string
  /** of the width of the track */
  fromPct: number
  widthPct: number
}

export interface ShareBars {
  /** Where the zero line stands. */
  zeroPct: number
  bars: ShareBar[]
}

/**
 * All bars on one scale, as wide as the track allows. They grow with the root of a share: beside a share of 0.3 one of 0.003
 * is a tenth of its bar and not a hundredth, which nobody would see.
 */
export function shareBars(parts: readonly ScorePart[]): ShareBars {
  const lengths = parts.map(({ share }) => lengthOf(share))
  const [lowest, highest] = [Math.min(0, ...lengths), Math.max(0, ...lengths)]
  const span = highest - lowest || 1
  const place = (length: number): number => 100 * Math.min(1, (length - lowest) / span)
  return {
    zeroPct: place(0),
    bars: parts.map((part) => ({
      part,
      label: labelOf(part.scorer, parts),
      effect: effectOf(part.share),
      amount: amountOf(part.share),
      fromPct: place(Math.min(0, lengthOf(part.share))),
      widthPct: (100 * Math.abs(lengthOf(part.share))) / span,
    })),
  }
}

function lengthOf(share: number): number {
  return Math.sign(share) * Math.sqrt(Math.abs(share))
}

/** In words, for whoever does not see the bar. */
export function effectWords({ effect, amount }: Pick<ShareBar, 'effect' | 'amount'>): string {
  if (effect === 'none') return 'adds nothing'
  return `${effect} by ${amount.slice(1)}`
}

/** A fused model's own part is its base rate: what it would say of a patient of whom it knew nothing. */
function labelOf(scorer: string, parts: readonly ScorePart[]): string {
  const evidence = evidenceOf(scorer)
  if (evidence !== null) return EVIDENCE_WORD[evidence]
  if (isFused(scorer, parts)) return 'Base rate'
  return scorer === 'news2' ? 'NEWS2' : scorer
}

/** Whether a scorer is a model whose evidence has parts of its own. */
export function isFused(scorer: string, parts: readonly Pick<ScorePart, 'scorer'>[]): boolean {
  return parts.some((part) => evidenceOf(part.scorer) !== null && part.scorer.startsWith(`${scorer}:`))
}

function effectOf(share: number): Effect {
  if (Math.abs(share) < 0.000_5) return 'none'
  return share > 0 ? 'raises' : 'lowers'
}

function amountOf(share: number): string {
  const size = Math.abs(share).toFixed(3)
  if (effectOf(share) === 'none') return `±${size}`
  return share > 0 ? `+${size}` : `−${size}`
}

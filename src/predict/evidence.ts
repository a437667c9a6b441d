/**
 * What a fused model weighs, each by itself. Waveforms are of the monitor, as the vital signs are; notes are what is written of the patient
 * and no stream.
 */
export const EVIDENCE_NAMES = ['vitals', 'waveforms', 'pcg', 'video', 'notes'] as const
export type EvidenceName = (typeof EVIDENCE_NAMES)[number]

/** Who answers for an evidence in a prediction's parts, such as `ward-hybrid:pcg`. Such a part is there only where the evidence counted. */
export function evidenceScorer(model: string, evidence: EvidenceName): string {
  return `${model}:${evidence}`
}

/** The evidence that a part is of; null: it is a scorer's own. */
export function evidenceOf(scorer: string): EvidenceName | null {
  const name = scorer.slice(scorer.lastIndexOf(':') + 1)
  return scorer.includes(':') ? (EVIDENCE_NAMES.find((known) => known === name) ?? null) : null
}

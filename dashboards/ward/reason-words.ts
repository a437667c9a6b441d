import { evidenceOf } from '../../src/predict/evidence.ts'
import type { Reason } from '../../src/records.ts'
import { EVIDENCE_WORD } from './risk-shares.ts'

const SHARE = 'share:'

/** One reason as a sentence; a share names what has it as the bars do, and by how much it raises or lowers the score. */
export function reasonWords({ code, value, text }: Pick<Reason, 'code' | 'value' | 'text'>): string {
  if (!code.startsWith(SHARE) || value === null) return sentence(text.replaceAll('_', ' '))
  const size = Math.abs(value).toFixed(3)
  return `${nameOf(code.slice(SHARE.length))}: ${value < 0 ? 'lowers' : 'raises'} the score by ${size}`
}

function nameOf(scorer: string): string {
  const evidence = evidenceOf(scorer)
  if (evidence !== null) return EVIDENCE_WORD[evidence]
  return scorer === 'news2' ? 'NEWS2' : `The model ${scorer}`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

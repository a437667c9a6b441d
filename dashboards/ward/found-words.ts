import { evidenceOf } from '../../src/predict/evidence.ts'
import type { ScorePart } from '../../src/records.ts'
import { scoreText } from './alert-words.ts'

/** What a scorer found. Of an evidence what it was decided for, and what that rests on; the other classes are in the record. */
export function foundWords({ scorer, score, findings }: ScorePart): string[] {
  const isEvidence = evidenceOf(scorer) !== null
  const told = isEvidence ? findings.filter(({ code }) => !code.includes(':')) : findings
  const lead = isEvidence ? [] : [score === null ? 'no answer' : `score ${scoreText(score)}`]
  return [...lead, ...told.map(({ text }) => text)]
}

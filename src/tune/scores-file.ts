import { z } from 'zod'
import type { Answer } from '../predict/model-card.ts'
import type { Scored } from './cross-fit.ts'
import type { Refused } from './examples.ts'

const name = z.string().min(1)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const probabilities = z
  .array(z.number().min(0).max(1))
  .refine((all) => Math.abs(all.reduce((sum, one) => sum + one, 0) - 1) < 1e-3, 'probabilities sum to 1')

const anchorRow = z.strictObject({
  subject: name,
  label: name,
  parent: probabilities,
  candidate: probabilities,
})

/** What a training elsewhere hands in with a model that it made from a parent. */
export const scoresSchema = z.strictObject({
  made: name,
  parent: z.strictObject({ name, version: name, sha256 }),
  candidate: z.strictObject({ sha256 }),
  finding: name,
  classes: z.array(name).min(2),
  /** by number: on whom the candidate that scores a fold was trained */
  folds: z.array(z.strictObject({ trainedOn: z.array(name) })).min(2),
  /** labelled windows, each scored by the candidate of its fold */
  windows: z
    .array(
      z.strictObject({
        subject: name,
        groups: z.record(z.string(), name),
        label: name,
        /** of what the model took in */
        content: sha256,
        fold: z.number().int().nonnegative(),
        parent: probabilities,
        candidate: probabilities,
      }),
    )
    .min(1),
  /** subjects of the parent, by finding, in the order in which the parent brings them; scored by the candidate that is handed in */
  anchor: z.record(z.string(), z.array(anchorRow)),
})

export type ScoresFile = z.infer<typeof scoresSchema>

/** Windows as the gate takes them. */
export function scoredWindows({ windows, classes }: ScoresFile): Scored[] {
  return windows.map(({ subject, groups, label, parent, candidate }) => ({
    example: {
      subject,
      groups,
      label: classes.indexOf(label),
      embedding: new Float32Array(0),
      parent: Float64Array.from(parent),
    },
    parent: Float64Array.from(parent),
    site: Float64Array.from(candidate),
  }))
}

/** What is wrong with a table that was scored: what casts doubt on all the rest. */
export function doubts({ windows, folds }: ScoresFile): Refused[] {
  const refused: Refused[] = []
  const seen = new Map<string, { subject: string; label: string }>()
  const trainedOn = folds.map((fold) => new Set(fold.trainedOn))
  for (const [index, { subject, label, content, fold }] of windows.entries()) {
    const refuse = (code: Refused['code'], says: string): void =>
      void refused.push({ from: `window ${index + 1}`, code, says })
    if (trainedOn[fold]?.has(subject) !== false)
      refuse('TUNE_LEAKAGE', 'it is not scored by a candidate that was trained without its subject')
    const before = seen.get(content)
    if (before === undefined) seen.set(content, { subject, label })
    else if (before.label !== label) refuse('TUNE_LABELS_CONTRADICT', 'the same has another label elsewhere')
    else if (before.subject !== subject) refuse('TUNE_LEAKAGE', 'the same is of another subject elsewhere')
  }
  return refused
}

/** Why a file does not fit the answer of its parent; null: it fits. */
export function misfit({ classes, windows, anchor }: ScoresFile, answer: Answer): string | null {
  if (classes.join('\n') !== answer.classes.join('\n')) return `the classes of ${answer.finding} are others`
  const rows = [...windows, ...(anchor[answer.finding] ?? [])]
  if (rows.some(({ label }) => !classes.includes(label))) return 'a label is none of the classes'
  if (rows.some(({ parent, candidate }) => parent.length !== classes.length || candidate.length !== classes.length))
    return 'a window has not a probability for every class'
  return null
}

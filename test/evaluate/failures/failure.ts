import type { EvaluationData } from '../evaluation.ts'

/** A record that a model got most wrong, by the file that was trained without its subject. */
export interface Failure {
  record: string
  /** what it is */
  truth: string
  /** what the model said */
  said: string
  /** what was measured of it that may be the reason */
  because: readonly string[]
  /** a drawing made of it, small enough to be in the model's folder */
  drawing: Drawing
  /** the record itself, for whoever has the data; never in the repository */
  original: Drawing
}

export interface Drawing {
  /** svg, png, wav, jpg */
  kind: string
  bytes: Uint8Array
}

export interface FailureSearch {
  model: string
  /** who made the data and under which licence, and what a drawing shows of it */
  source: string
  shows: string
  find(data: EvaluationData, say: (line: string) => void): Promise<readonly Failure[]>
}

/** The worst of each kind of mistake in turn, until there are `count`. */
export function worstOf<T>(mistakes: readonly { kind: string; badness: number; of: T }[], count: number): T[] {
  const sorted = mistakes.toSorted((a, b) => b.badness - a.badness)
  const kinds = [...new Set(sorted.map(({ kind }) => kind))]
  const queues = kinds.map((kind) => sorted.filter((one) => one.kind === kind))
  const worst: T[] = []
  for (let rank = 0; rank < sorted.length && worst.length < count; rank++)
    for (const queue of queues) {
      const next = queue[rank]
      if (next !== undefined && worst.length < count) worst.push(next.of)
    }
  return worst
}

import type { ScoringModels } from './scoring-models.ts'

export interface Figure {
  value: number
  /** by bootstrap over subjects; null where there are too few for one */
  interval95: readonly [number, number] | null
  n: number
}

/** A line of a table, and of the model's card. */
export interface FigureRow {
  /** folder below models/ */
  model: string
  measure: string
  /** all, or what the group has in common */
  group: string
  /** where the figure is in the JSON, with dots, as cinc2019.utility; null: in the tables only */
  key: string | null
  figure: Figure
  /** the simple model on the same records; null where it was not measured on them */
  simple: number | null
  note?: string
}

export interface EvaluationData {
  /** laid out like ../shared/data */
  folder: string
  /** true: models have seen these subjects, and each is scored by the file that was trained without him */
  isDev: boolean
  models: ScoringModels
}

export interface Evaluation {
  name: string
  /** No rows where the folder has no such data. */
  run(data: EvaluationData, say: (line: string) => void): Promise<readonly FigureRow[]>
}

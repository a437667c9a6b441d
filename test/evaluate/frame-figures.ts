import type { Figure, FigureRow } from './evaluation.ts'
import { PROCEDURE_VIEW } from './frame-scores.ts'
import { intervalOf } from './interval.ts'

/** Whatever is counted, of somebody. */
export interface OfSubject {
  frame: { subject: string }
}

export type Measure<Row> = (rows: readonly Row[]) => number

/** A row of procedure-view; its interval by subject, where there are two or more. */
export function rowOf<Row extends OfSubject>(
  measure: string,
  group: string,
  rows: readonly Row[],
  of: Measure<Row>,
  more: Partial<FigureRow> = {},
): FigureRow {
  return { model: PROCEDURE_VIEW, measure, group, key: null, figure: figureOf(rows, of), simple: null, ...more }
}

function figureOf<Row extends OfSubject>(rows: readonly Row[], measure: Measure<Row>): Figure {
  const subjects = rows.map(({ frame }) => frame.subject)
  const value = measure(rows)
  if (new Set(subjects).size < 2) return { value, interval95: null, n: rows.length }
  const { low95, high95 } = intervalOf(subjects, (indices) => measure(indices.flatMap((index) => rows[index] ?? [])))
  return { value, interval95: Number.isFinite(low95) ? [low95, high95] : null, n: rows.length }
}

/** False where a class is lacking, or there are no such frames. */
export function isThere({ figure }: FigureRow): boolean {
  return Number.isFinite(figure.value)
}

/** The mean of a measure over the subjects that have one. */
export function withinOne<Row extends OfSubject>(rows: readonly Row[], measure: Measure<Row>): number {
  const bySubject = new Map<string, Row[]>()
  for (const row of rows) {
    const own = bySubject.get(row.frame.subject)
    if (own === undefined) bySubject.set(row.frame.subject, [row])
    else own.push(row)
  }
  const values = [...bySubject.values()].map(measure).filter(Number.isFinite)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function shareOf<Row>(rows: readonly Row[], is: (row: Row) => boolean): number {
  return rows.filter(is).length / rows.length
}

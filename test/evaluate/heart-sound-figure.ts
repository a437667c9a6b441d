import type { Figure, FigureRow } from './evaluation.ts'
import { HEART_SOUND } from './heart-sound-scores.ts'
import { intervalOf } from './interval.ts'

type Row = Omit<FigureRow, 'model'>

/** A measure of some of the cases, given by their indices. */
export type Measure = (indices: readonly number[]) => number

/** Fewer subjects than this on either side, and an interval would promise what it cannot hold. */
const FEWEST = 5

/** A figure over `cases` with its interval, subjects drawn whole. */
export function figureOf(cases: readonly number[], subjects: readonly string[], measure: Measure): Figure {
  const groups = cases.map((index) => subjects[index] ?? '')
  const value = measure(cases)
  if (new Set(groups).size < 2 * FEWEST) return { value, interval95: null, n: cases.length }
  const { low95, high95 } = intervalOf(groups, (drawn) => measure(drawn.map((at) => cases[at] ?? NaN)))
  return { value, interval95: [low95, high95], n: cases.length }
}

export function row(measure: string, group: string, figure: Figure, more: Partial<Row> = {}): FigureRow {
  return { model: HEART_SOUND, measure, group, key: null, figure, simple: null, ...more }
}

/** Indices of the cases that fit. */
export function where<T>(cases: readonly T[], fits: (one: T) => boolean): number[] {
  return cases.flatMap((one, index) => (fits(one) ? [index] : []))
}

/** The cases by what they have in common, names in order; an empty name is not known. */
export function grouped<T>(cases: readonly T[], name: (one: T) => string): [string, number[]][] {
  const groups = new Map<string, number[]>()
  cases.forEach((one, index) => {
    const key = name(one) === '' ? 'not known' : name(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  })
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

import { NUMERICS, type NumericCode } from '../../src/reading.ts'
import { numericLabel } from './alert-words.ts'

/** Not a numeric: the deterioration score, of a window rather than of a second. */
export const SCORE = 'risk'

/** One row of the trends: what it draws and how. */
export interface TrendRow {
  id: string
  label: string
  unit: string
  /** The first is what stands in words beside the row; the others are drawn with it. */
  codes: readonly string[]
  tone: string
  /** points: what is measured once in a while is not joined up. */
  form: 'line' | 'points'
  /** What the axis spans at least, so that noise does not look like a change. */
  leastSpan: number
  /** What there can be at all; the axis goes no further. */
  within: readonly [number, number]
  decimals: number
}

const line = (code: NumericCode, changes: Partial<TrendRow> = {}): TrendRow => ({
  id: code,
  label: numericLabel(code),
  unit: NUMERICS[code].unit,
  codes: [code],
  tone: `tone-${code}`,
  form: 'line',
  leastSpan: 10,
  within: NUMERICS[code].plausible,
  decimals: 0,
  ...changes,
})

const ALWAYS: readonly TrendRow[] = [
  line('hr'),
  line('spo2'),
  line('abp_mean', { tone: 'tone-abp' }),
  line('rr'),
  line('temp', { leastSpan: 1, decimals: 1 }),
]
const WHERE_MEASURED: readonly TrendRow[] = [
  line('nbp_mean', { label: 'NBP', codes: ['nbp_mean', 'nbp_sys', 'nbp_dia'], tone: 'tone-abp', form: 'points' }),
  line('etco2', { tone: 'tone-rr' }),
]
const SCORE_ROW: TrendRow = {
  ...{ id: SCORE, label: 'Score', unit: 'of 1', codes: [SCORE], tone: 'tone-score', form: 'line' },
  ...{ leastSpan: 0.2, within: [0, 1], decimals: 2 },
}

/** What a bed is asked for: what every bed has, what this one has been seen to measure, and the score. */
export function trendRows(measured: { has(code: string): boolean }): TrendRow[] {
  return [...ALWAYS, ...WHERE_MEASURED.filter(({ codes }) => codes.some((code) => measured.has(code))), SCORE_ROW]
}

import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Limit } from '../../src/records.ts'
import { alertHref, goTo } from '../app/router.ts'
import { theme } from '../app/theme.ts'
import { nearest, NO_COLUMN, onOneAxis, type TrendColumn } from './trend-columns.ts'
import { plotOptions, type PlotState } from './trend-plot.ts'
import type { TrendRow } from './trend-rows.ts'
import { limitLines } from './trend-scale.ts'
import type { ShownTrends } from './trend-source.ts'

interface TrendChartProps {
  row: TrendRow
  trends: ShownTrends
  patientId: string
  limits: readonly Limit[]
  /** The event time under the pointer, of whichever row; null: the newest values are told. */
  cursorMs: Signal<number | null>
  withTimes: boolean
}

/** One row of the trends. Straight lines; what was not measured is a gap. */
export function TrendChart({ row, trends, patientId, limits, cursorMs, withTimes }: TrendChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const { columns, marks, fromMs, toMs } = trends
  const state = useRef<PlotState>({ row, fromMs, toMs, lines: [], marks: [] })
  const lines = limitLines(row, limits)
  state.current = { row, fromMs, toMs, lines, marks: marks.filter(({ code }) => row.codes.includes(code ?? '')) }
  const data = dataOf(row, columns)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const options = plotOptions({
      ...{ element, withTimes, state: () => state.current },
      onCursor: (atMs) => (cursorMs.value = atMs),
      onMark: (alertId) => goTo(alertHref(patientId, alertId)),
    })
    const made = new uPlot(options, data, element)
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [row.id, withTimes, theme.value])
  useEffect(() => plot.current?.setData(data), [trends, JSON.stringify(lines)])
  return (
    <figure class={`trend ${row.tone}`} data-row={row.id}>
      <figcaption>
        <span class="trend-name">
          {row.label} <span class="cell-unit">{row.unit}</span>
        </span>
        <TrendValue row={row} trends={trends} cursorMs={cursorMs} />
      </figcaption>
      <div class="trend-box" ref={box} role="img" aria-label={`Trend of ${row.label}`} />
    </figure>
  )
}

/** The value under the cursor, with what it lay between; without a cursor the newest. */
function TrendValue({ row, trends, cursorMs }: Pick<TrendChartProps, 'row' | 'trends' | 'cursorMs'>) {
  const { value, range } = valueWords(row, trends, cursorMs.value)
  return (
    <span class="trend-value">
      <strong>{value}</strong>
      <span class="trend-range">{range}</span>
    </span>
  )
}

function valueWords(
  { codes, form, decimals }: TrendRow,
  { columns, fromMs, toMs }: ShownTrends,
  atMs: number | null,
): { value: string; range: string } {
  const own = codes.map((code) => columns[code] ?? NO_COLUMN)
  const [main = NO_COLUMN] = own
  const place = atMs === null ? newestOf(main) : nearest(main, atMs, Math.max(10_000, (toMs - fromMs) / 60))
  const value = place === null ? null : (main.values[place] ?? null)
  if (place === null || value === null) return { value: '–', range: '' }
  const text = (of: number | null | undefined): string => (typeof of === 'number' ? of.toFixed(decimals) : '')
  if (form === 'points') {
    const at = main.times[place] ?? 0
    const [, sys, dia] = own.map((column) => text(column.values[nearest(column, at, 1_000) ?? -1]))
    return { value: `${sys ?? ''}/${dia ?? ''}`, range: `(${text(value)})` }
  }
  const [low, high] = [text(main.lowest?.[place]), text(main.highest?.[place])]
  return { value: text(value), range: low === high ? '' : `${low}–${high}` }
}

function newestOf({ values }: TrendColumn): number | null {
  for (let index = values.length - 1; index >= 0; index--) if ((values[index] ?? null) !== null) return index
  return null
}

function dataOf({ codes, form }: TrendRow, columns: ShownTrends['columns']): uPlot.AlignedData {
  const own = codes.map((code) => columns[code] ?? NO_COLUMN)
  if (form === 'points') {
    const { times, values } = onOneAxis(own)
    return [times, ...values] as uPlot.AlignedData
  }
  const [{ times, values, lowest, highest } = NO_COLUMN] = own
  return [times, values, lowest ?? values, highest ?? values]
}

import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { NUMERICS } from '../../src/reading.ts'
import { theme } from '../app/theme.ts'
import { numericLabel } from './alert-words.ts'
import type { TrendColumn } from './trend-source.ts'

interface TrendChartProps {
  code: string
  column: TrendColumn | undefined
  fromMs: number
  toMs: number
}

/** One numeric over time. Straight lines; what was not measured is a gap. */
export function TrendChart({ code, column, fromMs, toMs }: TrendChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const span = useRef({ fromMs, toMs })
  span.current = { fromMs, toMs }
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const made = new uPlot(optionsOf(element, span), dataOf(column), element)
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [code, theme.value])
  useEffect(() => plot.current?.setData(dataOf(column)), [column, fromMs, toMs])
  const unit = code in NUMERICS ? NUMERICS[code as keyof typeof NUMERICS].unit : ''
  return (
    <figure class={`trend tone-${code.startsWith('abp') ? 'abp' : code}`}>
      <figcaption>
        {numericLabel(code)} <span class="cell-unit">{unit}</span>
      </figcaption>
      <div class="trend-box" ref={box} role="img" aria-label={`Trend of ${numericLabel(code)}`} />
    </figure>
  )
}

function dataOf(column: TrendColumn | undefined): uPlot.AlignedData {
  return [column?.times ?? [], column?.values ?? []]
}

function optionsOf(element: HTMLElement, span: { current: { fromMs: number; toMs: number } }): uPlot.Options {
  const style = getComputedStyle(element)
  const faint = style.getPropertyValue('--line').trim()
  const text = style.getPropertyValue('--text-2').trim()
  const axis = { stroke: text, font: '11px sans-serif', grid: { stroke: faint, width: 1 }, ticks: { show: false } }
  return {
    width: Math.max(60, element.clientWidth),
    height: Math.max(40, element.clientHeight),
    ms: 1,
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    scales: { x: { range: () => [span.current.fromMs, span.current.toMs] }, y: { range: aroundRange } },
    axes: [
      {
        ...axis,
        size: 22,
        values: (_, splits) => splits.map((at) => timeWords(at, span.current)),
      },
      { ...axis, size: 38, space: 24 },
    ],
    series: [{}, { stroke: style.color, width: 1.5, points: { show: isSparse, size: 3 }, spanGaps: false }],
  }
}

/** Hours and minutes; with seconds where a chart spans only minutes. */
function timeWords(atMs: number, { fromMs, toMs }: { fromMs: number; toMs: number }): string {
  const text = new Date(atMs).toLocaleTimeString('en-GB')
  return toMs - fromMs > 600_000 ? text.slice(0, 5) : text
}

/** Where there are few values, each is a point, for a line needs two. */
function isSparse(plot: uPlot): boolean {
  return plot.data[0].length < 40
}

/** At least ten units high, so that noise does not look like a change. */
function aroundRange(_: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 100]
  const middle = (low + high) / 2
  const half = Math.max(5, ((high - low) / 2) * 1.15)
  return [Math.floor(middle - half), Math.ceil(middle + half)]
}

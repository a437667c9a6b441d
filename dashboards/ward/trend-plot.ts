import type uPlot from 'uplot'
import type { Priority } from '../../src/records.ts'
import { loneliest } from './trend-columns.ts'
import type { TrendMark } from './trend-marks.ts'
import type { TrendRow } from './trend-rows.ts'
import { axisRange, type LimitLine } from './trend-scale.ts'
import { timeWords } from './trend-span.ts'

/** What a plot draws besides its values; read anew at every drawing, so that a change needs no new plot. */
export interface PlotState {
  row: TrendRow
  fromMs: number
  toMs: number
  lines: readonly LimitLine[]
  marks: readonly TrendMark[]
}

interface PlotOptions {
  element: HTMLElement
  state: () => PlotState
  /** Only the lowest row has the times below it. */
  withTimes: boolean
  onCursor: (atMs: number | null) => void
  onMark: (alertId: string) => void
}

/** Few values are points each, since a line needs two. */
const FEW = 40
/** Plots of one key share their cursor. */
const CURSOR = 'trends'
const AXIS_PX = 46
export const TIMES_PX = 20
const HIT_PX = 9
const MARK_PX = 9

/** How one row is drawn: mean as a line, what lay between lowest and highest as a band, limits dashed, alerts where they were. */
export function plotOptions({ element, state, withTimes, onCursor, onMark }: PlotOptions): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--text-2'),
    font: '11px sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  const { row } = state()
  const stroke = style.color
  const isLine = row.form === 'line'
  const few = (plot: uPlot): boolean => !isLine || plot.data[0].length < FEW
  const mean: uPlot.Series = {
    stroke,
    width: isLine ? 1.6 : 0,
    spanGaps: false,
    points: {
      show: true,
      size: isLine ? 3 : 6,
      ...{ stroke, fill: stroke },
      filter: (plot, index) => (few(plot) ? null : loneliest(plot.data[index] as (number | null)[])),
    },
  }
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } }
  const others = row.codes.slice(1).map((): uPlot.Series => ({
    ...mean,
    points: { show: true, size: 4, stroke, fill: colour('--surface') },
  }))
  return {
    width: Math.max(60, element.clientWidth),
    height: Math.max(36, element.clientHeight),
    ms: 1,
    padding: [7, 18, withTimes ? 0 : 7, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 5 }, sync: { key: CURSOR, scales: ['x', null] }, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [state().fromMs, state().toMs] },
      y: { range: (_, low, high) => axisRange(low, high, row, state().lines) },
    },
    axes: [
      {
        ...{ ...axis, size: withTimes ? TIMES_PX : 0, space: 70 },
        values: (_, splits) => (withTimes ? splits.map((at) => timeWords(at, state())) : splits.map(() => '')),
      },
      { ...axis, size: AXIS_PX, space: 18 },
    ],
    series: isLine ? [{}, mean, edge, edge] : [{}, mean, ...others],
    ...(isLine ? { bands: [{ series: [3, 2] as [number, number], fill: faint(stroke) }] } : {}),
    hooks: {
      drawAxes: [(plot) => drawLimits(plot, state().lines, { medium: colour('--warn'), high: colour('--bad') })],
      draw: [(plot) => drawMarks(plot, state(), colour)],
      setCursor: [(plot) => onCursor((plot.cursor.left ?? -1) < 0 ? null : plot.posToVal(plot.cursor.left ?? 0, 'x'))],
      ready: [
        (plot) =>
          plot.over.addEventListener('click', ({ offsetX }) => {
            const hit = markAt(plot, state(), offsetX)
            if (hit !== null) onMark(hit)
          }),
      ],
    },
  }
}

/** The mark that was begun nearest to where a person pointed. */
function markAt(plot: uPlot, { marks }: PlotState, leftPx: number): string | null {
  const near = marks
    .map(({ alertId, fromMs }) => ({ alertId, offPx: Math.abs(Math.max(0, plot.valToPos(fromMs, 'x')) - leftPx) }))
    .filter(({ offPx }) => offPx <= HIT_PX)
    .sort((a, b) => a.offPx - b.offPx)
  return near[0]?.alertId ?? null
}

function drawLimits(plot: uPlot, lines: readonly LimitLine[], colours: Record<LimitLine['priority'], string>): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.lineWidth = devicePixelRatio
  for (const { at, priority } of lines) {
    const y = plot.valToPos(at, 'y', true)
    ctx.strokeStyle = colours[priority]
    ctx.setLineDash((priority === 'high' ? [2, 3] : [6, 4]).map((px) => px * devicePixelRatio))
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}

function drawMarks(plot: uPlot, { marks, fromMs, toMs }: PlotState, colour: (name: string) => string): void {
  const { ctx, bbox } = plot
  const right = bbox.left + bbox.width
  ctx.save()
  for (const mark of marks) {
    if (mark.fromMs > toMs || (mark.toMs ?? toMs) < fromMs) continue
    const x = Math.max(bbox.left, plot.valToPos(mark.fromMs, 'x', true))
    const end = Math.min(right, plot.valToPos(mark.toMs ?? toMs, 'x', true))
    ctx.fillStyle = ctx.strokeStyle = colour(`--${mark.priority}`)
    ctx.globalAlpha = 0.18
    ctx.fillRect(x, bbox.top, Math.max(1, end - x), bbox.height)
    ctx.globalAlpha = 1
    drawShape(ctx, mark.priority, x, bbox.top, MARK_PX * devicePixelRatio)
  }
  ctx.restore()
}

/** A triangle, a rhombus, a disc: told apart without their colour. */
function drawShape(ctx: CanvasRenderingContext2D, priority: Priority, x: number, top: number, size: number): void {
  const half = size / 2
  ctx.beginPath()
  if (priority === 'low') ctx.arc(x, top + half, half * 0.8, 0, 2 * Math.PI)
  else if (priority === 'medium') {
    ctx.moveTo(x, top)
    ctx.lineTo(x + half, top + half)
    ctx.lineTo(x, top + size)
    ctx.lineTo(x - half, top + half)
  } else {
    ctx.moveTo(x - half, top)
    ctx.lineTo(x + half, top)
    ctx.lineTo(x, top + size)
  }
  ctx.closePath()
  ctx.fill()
}

function faint(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.28)')
}

import type { Limit } from '../../src/records.ts'
import type { TrendRow } from './trend-rows.ts'

export interface LimitLine {
  at: number
  priority: 'medium' | 'high'
}

/** The lines of the limits that hold for a row; NBP alarms by its systolic. */
export function limitLines(row: TrendRow, limits: readonly Limit[]): LimitLine[] {
  return limits
    .filter(({ code, priority }) => row.codes.includes(code) && priority !== 'low')
    .flatMap(({ low, high, priority }) =>
      [low, high].flatMap((at) =>
        at === null ? [] : [{ at, priority: priority === 'high' ? 'high' : 'medium' } as const],
      ),
    )
}

/**
 * The axis of a row: around its values, never so close that noise looks like a change, and out to a limit that lies near,
 * so that one sees what is left of the way to it.
 */
export function axisRange(
  low: number | null,
  high: number | null,
  { leastSpan, within: [least, most] }: Pick<TrendRow, 'leastSpan' | 'within'>,
  lines: readonly LimitLine[],
): [number, number] {
  if (low === null || high === null) return [0, leastSpan]
  const near = Math.max(leastSpan, high - low)
  const reached = lines.map(({ at }) => at).filter((at) => at >= low - near && at <= high + near)
  const [bottom, top] = [Math.min(low, ...reached), Math.max(high, ...reached)]
  const middle = (bottom + top) / 2
  const half = Math.max(leastSpan / 2, ((top - bottom) / 2) * 1.12)
  // At the end of what there can be it is moved, and keeps its span.
  const moved = Math.max(least + half, Math.min(most - half, middle))
  return [Math.max(least, moved - half), Math.min(most, moved + half)]
}

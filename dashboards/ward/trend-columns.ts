/** One code over time, in columns of equal length; null where nothing was measured. */
export interface TrendColumn {
  times: number[]
  values: (number | null)[]
  /** Where each point is the mean of many values. */
  lowest?: (number | null)[]
  highest?: (number | null)[]
}

export const NO_COLUMN: TrendColumn = { times: [], values: [] }

/** Several codes on one time axis; where one has no point of its own there is none. */
export function onOneAxis(columns: readonly TrendColumn[]): {
  times: number[]
  values: (number | null | undefined)[][]
} {
  const [only] = columns
  if (columns.length === 1 && only !== undefined) return { times: only.times, values: [only.values] }
  const times = [...new Set(columns.flatMap((column) => column.times))].sort((a, b) => a - b)
  const places = new Map(times.map((timeMs, place) => [timeMs, place]))
  const values = columns.map((column) => {
    // undefined is no gap: another code was measured there.
    const row = new Array<number | null | undefined>(times.length).fill(undefined)
    column.times.forEach((timeMs, index) => (row[places.get(timeMs) ?? 0] = column.values[index] ?? null))
    return row
  })
  return { times, values }
}

/** The place of the point nearest to a moment, and not further from it than `withinMs`; null where there is none. */
export function nearest({ times, values }: TrendColumn, atMs: number, withinMs: number): number | null {
  let best: number | null = null
  let distance = withinMs
  for (let index = firstFrom(times, atMs - withinMs); index < times.length; index++) {
    const timeMs = times[index] ?? Infinity
    if (timeMs > atMs + withinMs) break
    if ((values[index] ?? null) === null || Math.abs(timeMs - atMs) > distance) continue
    distance = Math.abs(timeMs - atMs)
    best = index
  }
  return best
}

/** Points that no line reaches, since there is nothing before and behind them. */
export function loneliest(values: readonly (number | null | undefined)[]): number[] {
  return values.flatMap((value, index) => {
    const alone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
    return (value ?? null) !== null && alone ? [index] : []
  })
}

function firstFrom(times: readonly number[], atMs: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? Infinity) < atMs) low = middle + 1
    else high = middle
  }
  return low
}

import type { Drawing } from './failure.ts'

export interface Trace {
  label: string
  /** evenly spread over the strip; NaN: none */
  values: ArrayLike<number>
  /** what is bottom and top; else the least and most of the values */
  range?: readonly [number, number]
  /** a mark at each value instead of a line, for what is measured now and then */
  dots?: boolean
}

const WIDTH = 900
const LEFT = 70
const ROW = 74
const FOOT = 22

/** Traces one above the other, and below them where the strip begins and ends. `marks`: places from 0 to 1, with a word each. */
export function stripOf(
  traces: readonly Trace[],
  from: string,
  to: string,
  marks: readonly (readonly [at: number, word: string])[] = [],
): Drawing {
  const height = ROW * traces.length + FOOT
  const x = (share: number): number => LEFT + share * (WIDTH - LEFT - 4)
  const rows = traces.flatMap((trace, row) => [
    `<text x="4" y="${row * ROW + ROW / 2}">${trace.label}</text>`,
    `<path d="M${LEFT} ${(row + 1) * ROW}H${WIDTH}" stroke="#ddd"/>`,
    drawn(trace, row * ROW + 4, x),
  ])
  const lines = marks.flatMap(([at, word]) => [
    `<path d="M${x(at).toFixed(0)} 0V${height - FOOT}" stroke="#c33" stroke-dasharray="4 3"/>`,
    `<text x="${(x(at) + 4).toFixed(0)}" y="12" fill="#c33">${word}</text>`,
  ])
  const foot = `<text x="${LEFT}" y="${height - 6}">${from}</text><text x="${WIDTH - 4}" y="${height - 6}" text-anchor="end">${to}</text>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${[...rows, ...lines, foot].filter((part) => part !== '').join('\n')}
</svg>
`
  return { kind: 'svg', bytes: Buffer.from(svg) }
}

function drawn({ values, range, dots }: Trace, top: number, x: (share: number) => number): string {
  const known = Array.from(values).filter(Number.isFinite)
  if (known.length === 0) return ''
  const [low, high] = range ?? [Math.min(...known), Math.max(...known)]
  const y = (value: number): number => top + (ROW - 10) * (1 - (value - low) / (high - low || 1))
  const places = Array.from(values, (value, index) => [x(index / (values.length - 1)), y(value)] as const)
  const there = places.map(([, at]) => Number.isFinite(at))
  if (dots === true) {
    const circles = places.flatMap(([across, down], index) =>
      there[index] === true ? [`M${across.toFixed(0)} ${down.toFixed(0)}h.1`] : [],
    )
    return `<path d="${circles.join('')}" stroke="#246" stroke-width="4" stroke-linecap="round"/>`
  }
  const path = places.map(([across, down], index) =>
    there[index] === true ? `${there[index - 1] === true ? 'L' : 'M'}${across.toFixed(1)} ${down.toFixed(0)}` : '',
  )
  return `<path d="${path.join('')}" fill="none" stroke="#246" stroke-linejoin="round"/>`
}

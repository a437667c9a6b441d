const WIDTH = 860
const HEIGHT = 300
const TOP = 46
const BOTTOM = HEIGHT - 50
const PANEL_WIDTH = 350
const INK = '#334155'
const GRID = '#cbd5e1'
const LINE = '#0f766e'

export interface ScalePoint {
  /** processes or patients */
  at: number
  eventsPerSecond: number
  cpuSecondsPerMillion: number
}

interface Panel {
  left: number
  title: string
  below: string
  points: readonly { at: number; value: number }[]
  say: (value: number) => string
}

/** The two curves side by side, both from nought; patients and processes on an axis of ratios. */
export function drawScale(byProcesses: readonly ScalePoint[], byPatients: readonly ScalePoint[]): string {
  const panels: Panel[] = [
    {
      left: 60,
      title: 'readings per second',
      below: 'processes',
      points: byProcesses.map(({ at, eventsPerSecond: value }) => ({ at, value })),
      say: (value) => (value >= 1_000 ? `${Math.round(value / 1_000)}k` : String(Math.round(value))),
    },
    {
      left: 490,
      title: 'CPU seconds per million readings, one process',
      below: 'patients',
      points: byPatients.map(({ at, cpuSecondsPerMillion: value }) => ({ at, value })),
      say: (value) => value.toFixed(1),
    },
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...panels.flatMap(drawPanel),
    '</svg>',
    '',
  ].join('\n')
}

function drawPanel({ left, title, below, points, say }: Panel): string[] {
  const most = Math.max(...points.map(({ value }) => value)) * 1.15
  const logs = points.map(({ at }) => Math.log(at))
  const first = Math.min(...logs)
  const span = Math.max(...logs) - first || 1
  const places = points.map(({ at, value }) => ({
    at,
    value,
    x: left + 25 + ((Math.log(at) - first) / span) * (PANEL_WIDTH - 50),
    y: BOTTOM - (value / most) * (BOTTOM - TOP),
  }))
  const path = places.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(' ')
  return [
    text(left, 24, title, 'start', 'bold'),
    `<path d="M${left} ${TOP} V${BOTTOM} H${left + PANEL_WIDTH}" fill="none" stroke="${GRID}"/>`,
    text(left - 8, BOTTOM + 4, '0', 'end'),
    `<path d="${path}" fill="none" stroke="${LINE}" stroke-width="2"/>`,
    ...places.flatMap(({ at, value, x, y }) => [
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5" fill="${LINE}"/>`,
      text(x, y - 10, say(value), 'middle'),
      text(x, BOTTOM + 18, String(at), 'middle'),
    ]),
    text(left + PANEL_WIDTH / 2, BOTTOM + 38, below, 'middle'),
  ]
}

function text(x: number, y: number, content: string, anchor: string, weight = 'normal'): string {
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"`
  return `<text ${place} font-weight="${weight}" fill="${INK}">${content}</text>`
}

import type { FigureRow } from './evaluation.ts'

/** A table in Markdown, a line a figure. */
export function tableOf(rows: readonly FigureRow[]): string {
  const lines = rows.map(({ model, measure, group, figure, simple, note }) =>
    [
      model,
      measure,
      group,
      `${figure.n}`,
      shown(figure.value),
      figure.interval95 === null ? '–' : `${shown(figure.interval95[0])} to ${shown(figure.interval95[1])}`,
      simple === null ? '–' : shown(simple),
      note ?? '',
    ].join(' | '),
  )
  const head = '| model | measure | group | n | value | 95 % | simple model | |\n|---|---|---|---|---|---|---|---|'
  return `${head}\n${lines.map((line) => `| ${line} |`).join('\n')}\n`
}

/** The figures that have a key, as nested objects: `cinc2019.utility` is `{ cinc2019: { utility: { value, interval95, n } } }`. */
export function nested(rows: readonly FigureRow[]): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const { key, figure } of rows) {
    if (key === null) continue
    const names = key.split('.')
    const last = names.pop() ?? key
    let at = root
    for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>
    if (last in at) throw new Error(`two figures are called ${key}`)
    // JSON has no NaN: a measure that these records have no answer to is null.
    at[last] = {
      ...figure,
      value: finite(figure.value),
      interval95: figure.interval95?.every(Number.isFinite) === true ? figure.interval95 : null,
    }
  }
  return root
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function shown(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–'
}

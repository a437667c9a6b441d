import type { LocalTime } from './local-time.ts'

/** The header line of a table of vitals. */
export interface CsvColumns {
  separator: string
  timeColumn: number
  /** How the time column counts; iso: a date and time of ISO 8601. */
  time: 'seconds' | 'milliseconds' | 'iso'
  values: readonly { column: number; label: string; unit: string }[]
}

export type ParsedColumns = { ok: true; columns: CsvColumns } | { ok: false; detail: string }

const NAMED = /^([^[(]*)(?:[[(]\s*([^\])]*)[\])])?/
const SECONDS = new Set(['s', 'sec', 'secs', 'second', 'seconds'])
const MILLISECONDS = new Set(['ms', 'msec', 'millisecond', 'milliseconds'])

/**
 * Finds the time column and the named ones. A unit stands in brackets after the name (`Time [s], HR, ABPSys (mmHg)`) or,
 * for time, behind an underscore (`time_ms`). Times of unknown unit are refused: a guess would be wrong by a thousand.
 */
export function parseColumns(headerLine: string, firstRow: string): ParsedColumns {
  const separator = ['\t', ';', ','].find((each) => headerLine.includes(each))
  if (separator === undefined) return { ok: false, detail: 'the first line names no columns' }
  const names = splitRow(headerLine, separator).map((cell) => {
    const [, label = '', unit = ''] = NAMED.exec(cell) ?? []
    return { label: label.trim(), unit: unit.trim() }
  })
  const timeColumn = names.findIndex(({ label }) =>
    /^((?:elapsed )?time|timestamp|datetime|date|t|seconds|milliseconds|ms)(_m?s)?$/i.test(label),
  )
  if (timeColumn < 0) return { ok: false, detail: 'no column is named time' }
  const time = timeKind(names[timeColumn] ?? { label: '', unit: '' }, splitRow(firstRow, separator)[timeColumn] ?? '')
  if (time === null) return { ok: false, detail: 'the time column says no unit: name it time [s] or time [ms]' }
  const values = names
    .map(({ label, unit }, column) => ({ column, label, unit }))
    .filter(({ column, label }) => column !== timeColumn && label !== '')
  if (values.length === 0) return { ok: false, detail: 'no column beside time' }
  return { ok: true, columns: { separator, timeColumn, time, values } }
}

export function splitRow(line: string, separator: string): string[] {
  return line.split(separator).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  )
}

/** Milliseconds by the column's own count; NaN where the cell is no time. */
export function timeOfCell(columns: CsvColumns, cell: string, local: LocalTime, notBeforeMs?: number): number {
  if (cell === '') return NaN
  switch (columns.time) {
    case 'iso':
      return local.parse(cell, notBeforeMs)
    case 'milliseconds':
      return Number(cell)
    case 'seconds':
      return Number(cell) * 1000
  }
}

/** NaN where nothing was measured: an empty cell, NaN, NA, a dash. */
export function valueOfCell(cell: string | undefined): number {
  const value = cell === undefined || cell === '' ? NaN : Number(cell)
  return Number.isFinite(value) ? value : NaN
}

function timeKind(name: { label: string; unit: string }, first: string): CsvColumns['time'] | null {
  const unit = (name.unit !== '' ? name.unit : (/_(m?s)$/i.exec(name.label)?.[1] ?? name.label)).toLowerCase()
  if (SECONDS.has(unit)) return 'seconds'
  if (MILLISECONDS.has(unit)) return 'milliseconds'
  return /^\d{4}-\d{2}-\d{2}/.test(first) && Number.isFinite(Date.parse(first)) ? 'iso' : null
}

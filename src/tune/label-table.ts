import { isAbsolute, resolve } from 'node:path'
import { splitRow } from '../acquire/csv-columns.ts'
import type { AlarmKind } from '../predict/alarm-kind.ts'

/** The window of a patient that holds a moment. `judged`: the alarms of which one must be in it; null: whatever is in it. */
export interface WindowPlace {
  kind: 'window'
  patientId: string
  startMs: number
  judged: readonly AlarmKind[] | null
}

/** What a person said of a stretch: which, of whom, and what it is. */
export interface Label {
  /** where it was said: a line of the table, its first line 1, or an alert */
  from: string
  place: { kind: 'file'; path: string } | WindowPlace
  /** one of the answer's classes */
  label: string
  /** whoever is measured; all that is of one subject stays together */
  subject: string
  /** of the columns age_band, sex and site, what they say */
  groups: Readonly<Record<string, string>>
}

export interface LabelProblem {
  line: number
  says: string
}

export const GROUP_COLUMNS = ['age_band', 'sex', 'site'] as const

/**
 * Reads a table of labels: columns `label` and `subject`, and either `file` (a path, from the table's folder on) or `patient` and
 * `window_start` (ISO 8601, any moment of the window); `age_band`, `sex` and `site` where they are known. A problem names its line and never what is in it.
 */
export function parseLabels(
  text: string,
  folder: string,
  classes: readonly string[],
): { labels: readonly Label[]; problems: readonly LabelProblem[] } {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const names = splitRow(lines[0] ?? '', ',')
  const problems: LabelProblem[] = []
  const labels: Label[] = []
  const has = (name: string): boolean => names.includes(name)
  if (!has('label') || !has('subject')) problems.push({ line: 1, says: 'there are no columns label and subject' })
  if (!has('file') && !(has('patient') && has('window_start')))
    problems.push({ line: 1, says: 'there is neither a column file nor patient and window_start' })
  if (problems.length > 0) return { labels, problems }
  for (const [index, row] of lines.entries()) {
    if (index === 0 || row.trim() === '') continue
    const line = index + 1
    const cells = splitRow(row, ',')
    if (cells.length !== names.length) {
      problems.push({ line, says: `${cells.length} cells, not ${names.length}` })
      continue
    }
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    const says = problemOf(cell, classes)
    if (says !== null) {
      problems.push({ line, says })
      continue
    }
    const groups: Record<string, string> = {}
    for (const name of GROUP_COLUMNS) if (cell(name) !== '') groups[name] = cell(name)
    const file = cell('file')
    const place: Label['place'] =
      file !== ''
        ? { kind: 'file', path: isAbsolute(file) ? file : resolve(folder, file) }
        : { kind: 'window', patientId: cell('patient'), startMs: Date.parse(cell('window_start')), judged: null }
    labels.push({ from: `line ${line}`, place, label: cell('label'), subject: cell('subject'), groups })
  }
  return { labels, problems }
}

function problemOf(cell: (name: string) => string, classes: readonly string[]): string | null {
  if (!classes.includes(cell('label'))) return `the label is none of ${classes.join(', ')}`
  // Without subjects what is of one patient would be learnt from and tested on.
  if (cell('subject') === '') return 'it names no subject'
  if (cell('file') !== '') return null
  if (cell('patient') === '') return 'it names neither a file nor a patient'
  return Number.isNaN(Date.parse(cell('window_start'))) ? 'window_start is no time' : null
}

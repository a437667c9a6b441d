/**
 * What was entered about a stay of the eICU demo, as a bedside's context record has it: problems and notes, each a short phrase. The same
 * in models/training/notes_context/entries.py.
 */
export interface EntrySource {
  table: string
  /** column of minutes since admission to the unit */
  minutes: string
  path: string
  phraseOf(path: string): string | null
}

export const PROBLEMS: readonly EntrySource[] = [
  { table: 'admissiondx', minutes: 'admitdxenteredoffset', path: 'admitdxpath', phraseOf: admissionDiagnosis },
  { table: 'diagnosis', minutes: 'diagnosisoffset', path: 'diagnosisstring', phraseOf: lastTwoLevels },
]

export const NOTES: readonly EntrySource[] = [
  { table: 'pasthistory', minutes: 'pasthistoryenteredoffset', path: 'pasthistorypath', phraseOf: pastHistory },
  { table: 'treatment', minutes: 'treatmentoffset', path: 'treatmentstring', phraseOf: lastTwoLevels },
]

/** Lower case, single blanks, without instructions to the one who fills in the form: (for X see Y). */
function phrase(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\([^)]*\bsee\b[^)]*\)/g, ' ')
    .replaceAll(';', ',')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function lastTwoLevels(path: string): string {
  return phrase(path.split('|').slice(-2).join(' '))
}

function admissionDiagnosis(path: string): string | null {
  const [, kind, value, ...deeper] = path.split('|')
  if (value === undefined) return null
  if (kind === 'All Diagnosis') return phrase(deeper.at(-1) ?? value)
  return kind === 'Elective' && value === 'Yes' ? 'elective surgery' : null
}

function pastHistory(path: string): string | null {
  const [, below] = path.split('/Organ Systems/')
  if (below === undefined) return path.endsWith('/No Health Problems') ? 'no health problems' : null
  const [group = '', what = ''] = below.split('/').slice(-2)
  const said = what.toLowerCase().includes(group.toLowerCase()) ? what : `${group} ${what}`
  return phrase(`history of ${said}`)
}

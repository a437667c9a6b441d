import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NOTES, PROBLEMS, type EntrySource } from './eicu-entries.ts'
import { vitalSummaries } from './eicu-vitals.ts'
import { readQuotedTable } from './quoted-table.ts'
import { readTable } from './table-file.ts'

/** A stay as it was known at the end of an hour; who has left the unit by then has none. */
export interface StayAtHour {
  stay: string
  subject: string
  hour: number
  /** in hospital, after this hour */
  died: boolean
  ageYears: number
  sex: 'female' | 'male' | 'unknown'
  /** region of the United States; '' where not known */
  region: string
  beds: string
  problems: readonly string[]
  notes: readonly string[]
  vitals: Float32Array
}

export const HOURS = [6, 12, 24] as const

/** Null where the folder has no eICU demo. */
export async function readStaysAtHours(folder: string): Promise<StayAtHour[] | null> {
  if (!existsSync(join(folder, 'records.csv'))) return null
  const read = (table: string): ReturnType<typeof readQuotedTable> =>
    readQuotedTable(join(folder, 'tables', `${table}.csv.xz`))
  const records = new Set((await readTable(join(folder, 'records.csv'))).map(({ record }) => record))
  const hospitals = new Map((await read('hospital')).map((row) => [row['hospitalid'], row]))
  const patients = (await read('patient')).filter(
    (row) => records.has(row['patientunitstayid'] ?? '') && (row['hospitaldischargestatus'] ?? '') !== '',
  )
  const vitalTables = {
    vitalaperiodic: await read('vitalaperiodic'),
    physicalexam: await read('physicalexam'),
    respiratorycharting: await read('respiratorycharting'),
    apacheapsvar: await read('apacheapsvar'),
  }
  const entries = new Map<string, Record<string, string>[]>()
  for (const { table } of [...PROBLEMS, ...NOTES]) entries.set(table, await read(table))

  return HOURS.flatMap((hour) => {
    const problems = enteredUntil(PROBLEMS, entries, hour)
    const notes = enteredUntil(NOTES, entries, hour)
    const vitals = vitalSummaries(vitalTables, hour)
    return patients
      .filter((row) => Number(row['unitdischargeoffset']) > hour * 60)
      .map((row) => {
        const stay = row['patientunitstayid'] ?? ''
        const hospital = hospitals.get(row['hospitalid'] ?? '')
        return {
          stay,
          subject: row['uniquepid'] ?? '',
          hour,
          died: row['hospitaldischargestatus'] === 'Expired',
          ageYears: yearsOf(row['age'] ?? ''),
          sex: row['gender'] === 'Male' ? 'male' : row['gender'] === 'Female' ? 'female' : 'unknown',
          region: hospital?.['region'] ?? '',
          beds: hospital?.['numbedscategory'] ?? '',
          problems: problems.get(stay) ?? [],
          notes: notes.get(stay) ?? [],
          vitals: vitals(stay),
        }
      })
  })
}

/** Phrases by stay, in order of table, then time, then row; each once. */
function enteredUntil(
  sources: readonly EntrySource[],
  tables: ReadonlyMap<string, Record<string, string>[]>,
  hour: number,
): Map<string, string[]> {
  const entered = new Map<string, Set<string>>()
  for (const { table, minutes, path, phraseOf } of sources) {
    const rows = (tables.get(table) ?? []).filter((row) => row[minutes] !== '' && Number(row[minutes]) <= hour * 60)
    for (const row of rows.toSorted((a, b) => Number(a[minutes]) - Number(b[minutes]))) {
      const phrase = phraseOf(row[path] ?? '')
      const stay = row['patientunitstayid'] ?? ''
      if (phrase === null || phrase === '') continue
      const phrases = entered.get(stay) ?? new Set<string>()
      entered.set(stay, phrases.add(phrase))
    }
  }
  return new Map([...entered].map(([stay, phrases]) => [stay, [...phrases]]))
}

/** The data set calls everybody above 89 so. */
function yearsOf(age: string): number {
  return age === '> 89' ? 90 : age === '' ? NaN : Number(age)
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readQuotedTable } from './quoted-table.ts'
import { readTable } from './table-file.ts'

export interface Admission {
  subject: string
  /** as written at the door, in few words */
  diagnosis: string
  ageYears: number
  sex: 'female' | 'male'
  diedInHospital: boolean
}

/** Older ones were shifted by centuries. */
const OLDEST_YEARS = 90
const YEAR_MS = 365.25 * 24 * 3_600_000

/** The admissions of the MIMIC-III demo; null where the folder has none. */
export async function readAdmissions(folder: string): Promise<Admission[] | null> {
  if (!existsSync(join(folder, 'records.csv'))) return null
  const subjects = new Set((await readTable(join(folder, 'records.csv'))).map(({ record }) => record))
  const patients = new Map(
    (await readQuotedTable(join(folder, 'tables', 'patients.csv.xz'))).map((row) => [row['subject_id'], row]),
  )
  const admissions = await readQuotedTable(join(folder, 'tables', 'admissions.csv.xz'))
  return admissions
    .filter((row) => subjects.has(row['subject_id'] ?? ''))
    .map((row) => {
      const patient = patients.get(row['subject_id'])
      const years = (timeOf(row['admittime']) - timeOf(patient?.['dob'])) / YEAR_MS
      return {
        subject: row['subject_id'] ?? '',
        diagnosis: (row['diagnosis'] ?? '').toLowerCase(),
        ageYears: Math.min(OLDEST_YEARS, Math.floor(years)),
        sex: patient?.['gender'] === 'M' ? 'male' : 'female',
        diedInHospital: row['hospital_expire_flag'] === '1',
      }
    })
}

function timeOf(written: string | undefined): number {
  return Date.parse(`${(written ?? '').replace(' ', 'T')}Z`)
}

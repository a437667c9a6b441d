import { join } from 'node:path'
import { readArchive } from './text-archive.ts'
import { readTable } from './table-file.ts'

export interface Measurement {
  /** minutes since admission */
  atMin: number
  parameter: string
  value: number
}

export interface MortalityStay {
  record: string
  /** In order of time; what the data set marks as not known is left out. */
  measurements: readonly Measurement[]
  diedInHospital: boolean
}

const UNKNOWN = -1

/** The stays of PhysioNet/CinC 2012 (the first 48 h) that records.csv names, in its order. */
export async function readMortalityStays(folder: string): Promise<MortalityStay[]> {
  const measured = new Map<string, Measurement[]>()
  await readArchive(join(folder, 'records.tar.xz'), (name, text) => {
    if (name.endsWith('.txt')) measured.set(name.replace(/\.txt$/, ''), measurementsOf(text))
  })
  const rows = await readTable(join(folder, 'records.csv'))
  return rows.map(({ record = '', in_hospital_death: died }) => {
    const measurements = measured.get(record)
    if (measurements === undefined) throw new Error(`${record} is not in the archive`)
    return { record, measurements, diedInHospital: died === '1' }
  })
}

function measurementsOf(text: string): Measurement[] {
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => {
      const [time = '', parameter = '', cell = ''] = line.split(',')
      const [hours, minutes] = time.split(':').map(Number)
      const value = Number(cell)
      if (parameter === '' || parameter === 'RecordID' || cell === '' || value === UNKNOWN) return []
      return [{ atMin: (hours ?? NaN) * 60 + (minutes ?? NaN), parameter, value }]
    })
}

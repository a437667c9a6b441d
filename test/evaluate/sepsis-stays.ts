import { join } from 'node:path'
import { readArchive } from './text-archive.ts'
import { readTable } from './table-file.ts'

export interface SepsisStay {
  record: string
  /** [hours][measurements]; NaN where nothing was measured in that hour */
  hours: readonly Float32Array[]
  /** whether sepsis sets in within six hours, or has */
  labels: readonly boolean[]
}

/** The 34 hourly vitals and labs of PhysioNet/CinC 2019, then age, sex, two units, hours from admission to the ICU, hours in it. */
export const SEPSIS_COLUMNS = [
  ...[
    'HR',
    'O2Sat',
    'Temp',
    'SBP',
    'MAP',
    'DBP',
    'Resp',
    'EtCO2',
    'BaseExcess',
    'HCO3',
    'FiO2',
    'pH',
    'PaCO2',
    'SaO2',
    'AST',
    'BUN',
  ],
  ...[
    'Alkalinephos',
    'Calcium',
    'Chloride',
    'Creatinine',
    'Bilirubin_direct',
    'Glucose',
    'Lactate',
    'Magnesium',
    'Phosphate',
  ],
  ...['Potassium', 'Bilirubin_total', 'TroponinI', 'Hct', 'Hgb', 'PTT', 'WBC', 'Fibrinogen', 'Platelets'],
  ...['Age', 'Gender', 'Unit1', 'Unit2', 'HospAdmTime', 'ICULOS'],
] as const

/** The stays of a folder that records.csv names, in its order. */
export async function readSepsisStays(folder: string): Promise<SepsisStay[]> {
  const stays = new Map<string, SepsisStay>()
  await readArchive(join(folder, 'psv.tar.xz'), (name, text) => {
    const record = name.replace(/\.psv$/, '')
    stays.set(record, stayOf(record, text))
  })
  const rows = await readTable(join(folder, 'records.csv'))
  return rows.map(({ record = '' }) => {
    const stay = stays.get(record)
    if (stay === undefined) throw new Error(`${record} is not in the archive`)
    return stay
  })
}

function stayOf(record: string, text: string): SepsisStay {
  const [head = '', ...lines] = text.trim().split(/\r?\n/)
  if (head !== [...SEPSIS_COLUMNS, 'SepsisLabel'].join('|')) throw new Error(`${record} has other columns`)
  const hours: Float32Array[] = []
  const labels: boolean[] = []
  for (const line of lines) {
    const cells = line.split('|')
    labels.push(cells.pop() === '1')
    hours.push(Float32Array.from(cells, (cell) => (cell === 'NaN' || cell === '' ? NaN : Number(cell))))
  }
  return { record, hours, labels }
}

type Table = readonly Record<string, string>[]

/** What a person can have; outside it a value was mistyped. In the order of the model's input. */
const LIMITS = {
  hr: [10, 300],
  rr: [3, 80],
  spo2: [30, 100],
  sbp: [30, 300],
  dbp: [10, 200],
  map: [15, 250],
  temp: [25, 43],
  fio2: [21, 100],
  gcs_eyes: [1, 4],
  gcs_verbal: [1, 5],
  gcs_motor: [1, 6],
} as const satisfies Record<string, readonly [number, number]>

type Sign = keyof typeof LIMITS
const SIGNS = Object.keys(LIMITS) as Sign[]
/** last, lowest, highest and mean of each sign */
export const VITAL_SUMMARIES = SIGNS.length * 4

const CUFF = { sbp: 'noninvasivesystolic', dbp: 'noninvasivediastolic', map: 'noninvasivemean' } as const
const EXAMINED: readonly (readonly [Sign, string])[] = [
  ['hr', '/HR/HR '],
  ['rr', '/Resp Rate/Resp '],
  ['spo2', '/O2 Sat%/O2 Sat% '],
  ['sbp', '/BP (systolic)/BP (systolic) '],
  ['dbp', '/BP (diastolic)/BP (diastolic) '],
  ['fio2', '/FiO2%/FiO2%'],
  ['gcs_eyes', '/GCS/Eyes Score/'],
  ['gcs_verbal', '/GCS/Verbal Score/'],
  ['gcs_motor', '/GCS/Motor Score/'],
]
const CHARTED: Readonly<Record<string, Sign>> = {
  'RR (patient)': 'rr',
  'Total RR': 'rr',
  SaO2: 'spo2',
  FiO2: 'fio2',
  'FIO2 (%)': 'fio2',
}
/** The first day's most deviating values; known when the day is over. */
const FIRST_DAY = {
  temperature: 'temp',
  respiratoryrate: 'rr',
  heartrate: 'hr',
  meanbp: 'map',
  eyes: 'gcs_eyes',
  verbal: 'gcs_verbal',
  motor: 'gcs_motor',
} as const satisfies Record<string, Sign>

const EARLIEST_MIN = -60
const FIRST_DAY_HOURS = 24

export interface VitalTables {
  vitalaperiodic: Table
  physicalexam: Table
  respiratorycharting: Table
  apacheapsvar: Table
}

interface Charted {
  atMin: number
  value: number
}

/**
 * Vital signs of the first hours of each stay, from wherever they were charted: last, lowest, highest and mean of each, NaN where there is
 * none. The same in models/training/notes_context/vital_signs.py.
 */
export function vitalSummaries(tables: VitalTables, hour: number): (stay: string) => Float32Array {
  const stays = new Map<string, Map<Sign, Charted[]>>()
  const add = (stay: string, sign: Sign, atMin: number, cell: string): void => {
    const value = cell.trim() === '' ? NaN : Number(cell)
    const [low, high] = LIMITS[sign]
    if (!(value >= low && value <= high)) return
    const signs = stays.get(stay) ?? new Map<Sign, Charted[]>()
    stays.set(stay, signs)
    const charted = signs.get(sign)
    if (charted === undefined) signs.set(sign, [{ atMin, value }])
    else charted.push({ atMin, value })
  }
  addCuff(tables.vitalaperiodic, hour, add)
  addExamined(tables.physicalexam, hour, add)
  addCharted(tables.respiratorycharting, hour, add)
  if (hour >= FIRST_DAY_HOURS)
    for (const row of tables.apacheapsvar)
      for (const [column, sign] of Object.entries(FIRST_DAY))
        add(stayOf(row), sign, Number.NEGATIVE_INFINITY, row[column] ?? '')
  return (stay) => Float32Array.from(SIGNS.flatMap((sign) => summary(stays.get(stay)?.get(sign) ?? [])))
}

type Add = (stay: string, sign: Sign, atMin: number, cell: string) => void

function addCuff(rows: Table, hour: number, add: Add): void {
  for (const row of rows) {
    const atMin = minutes(row['observationoffset'])
    if (atMin < EARLIEST_MIN || atMin > hour * 60) continue
    for (const [sign, column] of Object.entries(CUFF)) add(stayOf(row), sign as Sign, atMin, row[column] ?? '')
  }
}

function addExamined(rows: Table, hour: number, add: Add): void {
  for (const row of rows) {
    const atMin = minutes(row['physicalexamoffset'])
    const path = row['physicalexampath'] ?? ''
    const sign = EXAMINED.find(([, part]) => path.includes(part))?.[0]
    if (sign === undefined || atMin > hour * 60) continue
    // Of lowest, highest and current, noted together, the current one is the last.
    const now = path.includes('Current') ? 0.5 : 0
    add(stayOf(row), sign, atMin + now, row[sign.startsWith('gcs') ? 'physicalexamvalue' : 'physicalexamtext'] ?? '')
  }
}

function addCharted(rows: Table, hour: number, add: Add): void {
  for (const [label, sign] of Object.entries(CHARTED))
    for (const row of rows) {
      const enteredMin = minutes(row['respchartentryoffset'])
      const atMin = minutes(row['respchartoffset'])
      if (row['respchartvaluelabel'] !== label || enteredMin < EARLIEST_MIN) continue
      if (enteredMin > hour * 60 || atMin > hour * 60) continue
      add(stayOf(row), sign, atMin, (row['respchartvalue'] ?? '').replace(/%$/, ''))
    }
}

function summary(charted: readonly Charted[]): number[] {
  if (charted.length === 0) return [NaN, NaN, NaN, NaN]
  // Stable: of what was charted in the same minute, the later row is the last.
  const inOrder = charted.toSorted((a, b) => compare(a.atMin, b.atMin))
  const values = inOrder.map(({ value }) => value)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [values.at(-1) ?? NaN, Math.min(...values), Math.max(...values), mean]
}

/** Not by subtraction: of two infinities it is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Some tables have 141764.0 where others have 141764. */
function stayOf(row: Record<string, string>): string {
  return (row['patientunitstayid'] ?? '').replace(/\.0$/, '')
}

function minutes(cell: string | undefined): number {
  return cell === undefined || cell === '' ? NaN : Number(cell)
}

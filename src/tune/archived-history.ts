import { HourlyVitals } from '../join/hourly-vitals.ts'
import { VITAL_SIGNS } from '../join/vital-signs.ts'
import { HISTORY_HOURS, type NumericColumn, type Signals, type VitalsHistory } from '../reading.ts'
import { VALIDITY_VALUES } from '../records.ts'
import type { Archive } from '../store/archive.ts'
import { VALUES_BY_WINDOW } from '../store/window-queries.ts'

const HOUR_MS = 3_600_000
const PAGE_MS = 6 * HOUR_MS
const CODES = JSON.stringify(Object.values(VITAL_SIGNS).flat())
const VALID = VALIDITY_VALUES.indexOf('valid')

interface StoredValues {
  startMs: number
  code: string
  values: number[]
}

/**
 * The vital signs by the hour as they were when a window closed: the join's own history, told window by window what the archive holds of the
 * hours before. Windows are taken to have been as long as this one all the while.
 */
export async function archivedHistory(
  archive: Archive,
  patientId: string,
  { startMs, endMs }: { startMs: number; endMs: number },
  signals: Signals,
): Promise<VitalsHistory> {
  const sizeMs = endMs - startMs
  const history = new HourlyVitals(null)
  const oldestMs = (Math.floor(startMs / HOUR_MS) - HISTORY_HOURS + 1) * HOUR_MS
  for (let fromMs = Math.ceil(oldestMs / sizeMs) * sizeMs; fromMs < startMs;) {
    const toMs = Math.min(fromMs + Math.ceil(PAGE_MS / sizeMs) * sizeMs, startMs)
    const rows = await archive.query<StoredValues>(VALUES_BY_WINDOW, [patientId, fromMs, toMs, sizeMs, CODES])
    for (const [windowMs, numerics] of byWindow(rows)) history.add(windowMs, { numerics, waveforms: new Map() })
    fromMs = toMs
  }
  return history.add(startMs, signals)
}

function byWindow(rows: readonly StoredValues[]): Map<number, Map<string, NumericColumn>> {
  const windows = new Map<number, Map<string, NumericColumn>>()
  for (const { startMs, code, values } of rows) {
    const numerics = windows.get(startMs) ?? new Map<string, NumericColumn>()
    const validities = new Uint8Array(values.length).fill(VALID)
    numerics.set(code, {
      code,
      values: Float64Array.from(values),
      timesMs: new Float64Array(values.length),
      validities,
    })
    windows.set(startMs, numerics)
  }
  return windows
}

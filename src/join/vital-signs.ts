import { NUMERICS, type NumericCode, type NumericColumn, type Signals } from '../reading.ts'
import { VALIDITY_VALUES } from '../records.ts'

/**
 * The vital signs that a history is kept of, and what stands for each, best first: an arterial line before a cuff, the ECG's
 * rate before the pulse oximeter's.
 */
export const VITAL_SIGNS = {
  pulse: ['hr', 'pr'],
  spo2: ['spo2'],
  temp: ['temp'],
  sbp: ['abp_sys', 'nbp_sys'],
  map: ['abp_mean', 'nbp_mean'],
  dbp: ['abp_dia', 'nbp_dia'],
  rr: ['rr'],
  etco2: ['etco2'],
} as const satisfies Record<string, readonly NumericCode[]>
export type VitalSign = keyof typeof VITAL_SIGNS

const VALID = VALIDITY_VALUES.indexOf('valid')
const NOT_AVAILABLE = VALIDITY_VALUES.indexOf('not_available')

export interface Measured {
  code: NumericCode
  value: number
}

/** The median of the valid values of the first numeric that has any; null: a vital sign was not measured. */
export function measuredIn(signals: Signals, sign: VitalSign): Measured | null {
  for (const code of VITAL_SIGNS[sign]) {
    const column = signals.numerics.get(code)
    const value = column === undefined ? NaN : medianOf(column, code)
    if (!Number.isNaN(value)) return { code, value }
  }
  return null
}

/** Whether something came that could not be trusted. */
export function hasInvalid(signals: Signals, sign: VitalSign): boolean {
  return VITAL_SIGNS[sign].some((code) =>
    signals.numerics.get(code)?.validities.some((validity) => validity !== NOT_AVAILABLE),
  )
}

/** NaN: no value is valid and plausible. */
function medianOf({ values, validities }: NumericColumn, code: NumericCode): number {
  const [low, high] = NUMERICS[code].plausible
  const sorted: number[] = []
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? NaN
    if (validities[row] !== VALID || !(value >= low && value <= high)) continue
    // Few, and most often near the one before: put in their place as they come.
    let at = sorted.length
    while (at > 0 && (sorted[at - 1] ?? NaN) > value) at--
    sorted.splice(at, 0, value)
  }
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2
}

import type { Numeric } from '../records.ts'
import { NUMERICS, type NumericCode } from '../reading.ts'

export interface Measured {
  value: number
  /** The monitor itself doubts it. */
  questionable: boolean
}

/**
 * The value of a numeric, or null when it is not a measurement: not available, calibrating, beyond the sensor's range, in
 * another unit than the limits are in, or nothing a sensor can report.
 */
export function measuredOf(code: NumericCode, { value, unit, validity }: Numeric): Measured | null {
  const { unit: expected, plausible } = NUMERICS[code]
  if (value === null || !Number.isFinite(value)) return null
  if (unit !== expected && unit !== '') return null
  if (value < plausible[0] || value > plausible[1]) return null
  if (validity !== 'valid' && validity !== 'questionable') return null
  return { value, questionable: validity === 'questionable' }
}

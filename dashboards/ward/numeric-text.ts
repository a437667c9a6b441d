import { NUMERICS } from '../../src/reading.ts'
import type { Numeric } from '../../src/records.ts'

export interface NumericText {
  text: string
  /** '?' where the device doubts the value. */
  mark: '' | '?'
}

/** What is shown where there is no value to trust. */
export const NOT_AVAILABLE: NumericText = { text: '---', mark: '' }

const DECIMALS: Readonly<Record<string, number>> = { temp: 1 }

/** A numeric as it stands on the screen. What is invalid or cannot be a measurement is not shown as one. */
export function numericText({ code, value, validity }: Pick<Numeric, 'code' | 'value' | 'validity'>): NumericText {
  if (value === null || !Number.isFinite(value)) return NOT_AVAILABLE
  if (validity !== 'valid' && validity !== 'questionable' && validity !== 'calibrating') return NOT_AVAILABLE
  if (code in NUMERICS) {
    const [low, high] = NUMERICS[code as keyof typeof NUMERICS].plausible
    if (value < low || value > high) return NOT_AVAILABLE
  }
  return { text: value.toFixed(DECIMALS[code] ?? 0), mark: validity === 'valid' ? '' : '?' }
}

import { NUMERICS, type NumericCode } from '../reading.ts'
import { type Limit, type Priority, PRIORITY_VALUES } from '../records.ts'
import { SETTLING } from './default-limits.ts'

export type Side = 'low' | 'high'
export const SIDES: readonly Side[] = ['low', 'high']

/** One limit on one side of a numeric. */
export interface LimitBand {
  side: Side
  limit: number
  priority: Priority
  delayMs: number
}

/** Longer than this a limit would be no limit. */
const LONGEST_DELAY_MS = 120_000

/** outside: the limit is crossed. between: inside, but too near to call it over. inside: back. */
export function placeOf(code: NumericCode, band: LimitBand, value: number): 'outside' | 'between' | 'inside' {
  const [least, most] = NUMERICS[code].plausible
  const { hysteresis } = SETTLING[code]
  const { limit } = band
  if (band.side === 'low') {
    if (value < limit) return 'outside'
    return value >= Math.min(limit + hysteresis, most) ? 'inside' : 'between'
  }
  if (value > limit) return 'outside'
  return value <= Math.max(limit - hysteresis, least) ? 'inside' : 'between'
}

/**
 * The bands that hold for a numeric: a person's limit replaces the unit's of the same priority. A more urgent band of the
 * unit never lies inside what a person called acceptable: it moves out to the person's limit.
 */
export function bandsOf(code: NumericCode, personal: readonly Limit[], unit: readonly Limit[]): LimitBand[] {
  const bands: LimitBand[] = []
  for (const side of SIDES) {
    const outer = side === 'low' ? Math.min : Math.max
    let accepted: number | null = null
    for (const priority of PRIORITY_VALUES) {
      const own = limitOf(personal, code, priority)
      const limit = own ?? limitOf(unit, code, priority)
      const at = limit?.[side] ?? null
      if (limit === undefined || at === null) continue
      if (own !== undefined) accepted = accepted === null ? at : outer(accepted, at)
      const moved = own === undefined && accepted !== null ? outer(at, accepted) : at
      bands.push({ side, limit: moved, priority, delayMs: limit.conditionDelayMs })
    }
  }
  return bands
}

/** Whether a limit can be set: a numeric we know, in its range, low below high, a delay that still alarms. */
export function isSettable({ code, low, high, conditionDelayMs }: Limit): boolean {
  if (!isNumericCode(code)) return false
  const [least, most] = NUMERICS[code].plausible
  const inRange = (value: number | null): boolean =>
    value === null || (Number.isFinite(value) && value >= least && value <= most)
  const ordered = low === null || high === null || low < high
  return inRange(low) && inRange(high) && ordered && conditionDelayMs >= 0 && conditionDelayMs <= LONGEST_DELAY_MS
}

export function isNumericCode(code: string): code is NumericCode {
  return Object.hasOwn(NUMERICS, code)
}

function limitOf(limits: readonly Limit[], code: string, priority: Priority): Limit | undefined {
  return limits.find((limit) => limit.code === code && limit.priority === priority)
}

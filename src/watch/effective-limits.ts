import { DEFAULT_LIMITS } from '../raise/default-limits.ts'
import { bandsOf, type LimitBand, type Side } from '../raise/limit-band.ts'
import { NUMERICS, type NumericCode } from '../reading.ts'
import { type Limit, PRIORITY_VALUES } from '../records.ts'

/**
 * The limits that a patient's values are checked against: the unit's, with a person's in their place. One entry a numeric
 * and priority, as `raise` applies them; a side without a limit is null, a numeric without any is not there.
 */
export function effectiveLimits(personal: readonly Limit[]): Limit[] {
  return (Object.keys(NUMERICS) as NumericCode[]).flatMap((code) => {
    const bands = bandsOf(code, personal, DEFAULT_LIMITS)
    return PRIORITY_VALUES.flatMap((priority) => {
      const [first, ...others] = bands.filter((band) => band.priority === priority)
      if (first === undefined) return []
      const sides = [first, ...others]
      const [low, high] = [limitOn(sides, 'low'), limitOn(sides, 'high')]
      return [{ code, low, high, priority, conditionDelayMs: first.delayMs }]
    })
  })
}

function limitOn(bands: readonly LimitBand[], side: Side): number | null {
  return bands.find((band) => band.side === side)?.limit ?? null
}

import type { NumericCode } from '../reading.ts'
import type { Limit, Priority } from '../records.ts'

/**
 * Limits of an adult in intensive care, in two bands: medium, and high beyond it. A value outside is below `low` or above
 * `high`; a value on the limit is inside. They are where a unit starts from, not medical advice; a person sets a patient's own.
 *
 * Where they come from:
 * - NEWS2 (Royal College of Physicians, 2017): what scores 3 (HR <= 40 or >= 131, SpO2 <= 91, systolic <= 90 or >= 220,
 *   RR <= 8, temperature <= 35.0) lies at or beyond a medium limit, but for SpO2 and RR, which in ventilated adults would alarm all day.
 * - SpO2 88-92 % in hypercapnic failure: BTS guideline for oxygen use (Thorax 2017;72:ii1).
 * - Mean arterial pressure 65 mmHg: Surviving Sepsis Campaign 2021.
 * - Delays of 10-19 s remove half to two thirds of the alarms that need no action: Goerges et al., Anesth Analg 2009;108:1546.
 *   Arterial lines are flushed and blood is drawn from them, so even their high band waits 5 s.
 * There are none for PR, and none for systolic and diastolic beside an invasive mean: one event would alarm three times.
 */
export const DEFAULT_LIMITS: readonly Limit[] = [
  limit('hr', 'medium', 50, 120, 10),
  limit('hr', 'high', 40, 140, 0),
  limit('spo2', 'medium', 90, null, 10),
  limit('spo2', 'high', 85, null, 0),
  limit('rr', 'medium', 8, 30, 15),
  limit('rr', 'high', 5, 40, 10),
  limit('abp_mean', 'medium', 65, 110, 10),
  limit('abp_mean', 'high', 60, 130, 5),
  limit('nbp_sys', 'medium', 90, 180, 0),
  limit('nbp_sys', 'high', 80, 220, 0),
  limit('temp', 'medium', 35.1, 39, 0),
  limit('temp', 'high', 32, 40.5, 0),
  limit('etco2', 'medium', 25, 50, 15),
  limit('etco2', 'high', 15, 65, 10),
]

/** The target of a hypercapnic patient in place of the unit's SpO2 limit. */
export const HYPERCAPNIC_LIMIT: Limit = limit('spo2', 'medium', 88, null, 10)

interface Settling {
  /** How far inside the limit a value must be to count as back. */
  hysteresis: number
  /** How long it must stay there. 0 for what is measured once in a while: the next value is the news. */
  clearDelayMs: number
}

/** Without it a value that wavers about its limit would raise one alert after another. */
export const SETTLING: Readonly<Record<NumericCode, Settling>> = {
  hr: { hysteresis: 2, clearDelayMs: 10_000 },
  pr: { hysteresis: 2, clearDelayMs: 10_000 },
  spo2: { hysteresis: 1, clearDelayMs: 10_000 },
  rr: { hysteresis: 1, clearDelayMs: 10_000 },
  abp_sys: { hysteresis: 2, clearDelayMs: 10_000 },
  abp_dia: { hysteresis: 2, clearDelayMs: 10_000 },
  abp_mean: { hysteresis: 2, clearDelayMs: 10_000 },
  nbp_sys: { hysteresis: 0, clearDelayMs: 0 },
  nbp_dia: { hysteresis: 0, clearDelayMs: 0 },
  nbp_mean: { hysteresis: 0, clearDelayMs: 0 },
  temp: { hysteresis: 0.1, clearDelayMs: 0 },
  etco2: { hysteresis: 1, clearDelayMs: 10_000 },
}

function limit(
  code: NumericCode,
  priority: Priority,
  low: number | null,
  high: number | null,
  delaySeconds: number,
): Limit {
  return { code, low, high, priority, conditionDelayMs: delaySeconds * 1_000 }
}

import type { Config } from '../config.ts'
import type { Limit } from '../reading.ts'
import { DEFAULT_LIMITS } from './default-limits.ts'

/** What holds for every patient of the unit; what a person set for one patient is in that patient's AlertState. */
export interface AlarmRules {
  /** Bands: several limits of one code with different priorities. */
  limits: readonly Limit[]
  clockToleranceMs: number
  /** Append time without vitals after which nothing is measured at the bed: medium. */
  feedIdleMs: number
  /** ... and high. */
  feedIdleHighMs: number
  escalateMs: number
  /** Whom each level calls, the first level first. */
  escalateTo: readonly string[]
  audioPauseMs: number
}

/** Half a minute without any vitals is as urgent as any single value that is out of its limits. */
const FEED_IDLE_HIGH_MS = 30_000

export function alarmRules(config: Config): AlarmRules {
  const { clockToleranceMs, feedIdleMs, escalateMs, escalateTo, audioPauseMs } = config
  return {
    limits: DEFAULT_LIMITS,
    clockToleranceMs,
    feedIdleMs,
    feedIdleHighMs: Math.max(FEED_IDLE_HIGH_MS, feedIdleMs),
    escalateMs,
    escalateTo,
    audioPauseMs,
  }
}

import type { ReadingHeader } from './reading-header.ts'

const DAY_MS = 86_400_000
/** Recorded stays are fed up to a year late; a device that lost its clock says 1970. */
const OLDEST_MS = 366 * DAY_MS
/** No time zone error is larger than this. */
const FURTHEST_AHEAD_MS = DAY_MS

/**
 * How the times of a reading lie to its append time. implausible: further away than any feed could be, so nothing can be
 * done with the reading. ahead: further in the future than is tolerated. Waveform stretches are drawn and stored by their
 * own time, so that counts too.
 */
export function timingOf(
  { earliestTimeMs, latestTimeMs, record: { appendTimeMs } }: ReadingHeader,
  futureToleranceMs: number,
): 'plausible' | 'ahead' | 'implausible' {
  if (latestTimeMs - appendTimeMs > FURTHEST_AHEAD_MS || earliestTimeMs - appendTimeMs < -OLDEST_MS)
    return 'implausible'
  return latestTimeMs - appendTimeMs > futureToleranceMs ? 'ahead' : 'plausible'
}

import { type Reading } from '../reading.ts'

const DAY_MS = 86_400_000
/** Recorded stays are fed up to a year late; a device that lost its clock says 1970. */
const OLDEST_MS = 366 * DAY_MS
/** No time zone error is larger than this. */
const FURTHEST_AHEAD_MS = DAY_MS

/**
 * How event time lies to append time. implausible: further away than any feed could be, so nothing can be done with the
 * reading. ahead: further in the future than is tolerated.
 */
export function timingOf(
  reading: Reading,
  appendTimeMs: number,
  futureToleranceMs: number,
): 'plausible' | 'ahead' | 'implausible' {
  let latestMs = -Infinity
  for (const timeMs of timesOf(reading)) {
    const aheadMs = timeMs - appendTimeMs
    if (aheadMs > FURTHEST_AHEAD_MS || aheadMs < -OLDEST_MS) return 'implausible'
    latestMs = Math.max(latestMs, aheadMs)
  }
  return latestMs > futureToleranceMs ? 'ahead' : 'plausible'
}

/** Event time, and where waveform stretches begin: those are drawn and stored by their own time. */
function timesOf(reading: Reading): number[] {
  const times = [reading.record.eventTimeMs]
  if (reading.modality === 'vitals') times.push(...reading.record.waveforms.map(({ startTimeMs }) => startTimeMs))
  return times
}

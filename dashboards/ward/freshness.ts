import { serverNowMs } from '../app/screen-clock.ts'
import type { Bed } from './bed.ts'
import { CLOCK_TOLERANCE_MS, freshnessOf, type Freshness, type Seen } from './staleness.ts'

/** The time that is "now" at a bed: the server's, or the event time a playback has reached. */
export function bedNowMs(bed: Bed, monotonicMs: number): number {
  return bed.mode === 'live' ? serverNowMs(monotonicMs) : (bed.playedAtMs.value ?? 0)
}

/** How fresh something seen at a bed is. What is played back is as old as the stretch says, whenever it arrived. */
export function freshnessAt(bed: Bed, seen: Seen | null, monotonicMs: number): Freshness {
  if (seen === null || bed.mode === 'live') return freshnessOf(seen, serverNowMs(monotonicMs), monotonicMs)
  const playedMs = (bed.playedAtMs.value ?? 0) + CLOCK_TOLERANCE_MS
  return freshnessOf({ eventTimeMs: seen.eventTimeMs, arrivedMs: monotonicMs }, playedMs, monotonicMs)
}

import { serverNowMs } from '../app/screen-clock.ts'
import type { Bed } from './bed.ts'
import { WINDOW_FRESH_MS } from './modality-state.ts'
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

/** How fresh a bed is as a whole: the newest of its numerics and its waveforms. */
export function bedFreshness(bed: Bed, monotonicMs: number): Freshness {
  const vitals = freshnessAt(bed, bed.vitalsSeen.value, monotonicMs)
  const waves = freshnessAt(bed, bed.waves.seen, monotonicMs)
  return rank(vitals) <= rank(waves) ? vitals : waves
}

/** Whether this bed's newest conclusions are of now. */
export function windowFresh(bed: Bed, monotonicMs: number): boolean {
  const endMs = bed.lastWindow.value?.windowEndMs ?? bed.prediction.value?.windowEndMs ?? -Infinity
  return bedNowMs(bed, monotonicMs) - endMs < WINDOW_FRESH_MS
}

function rank(freshness: Freshness): number {
  return freshness.state === 'fresh' ? 0 : (freshness.seconds ?? Number.MAX_SAFE_INTEGER)
}

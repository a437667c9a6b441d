/** Past this a value no longer passes for live. */
export const STALE_MS = 3_000
/** Past this no number is shown at all. */
export const NO_DATA_MS = 10_000
/** Monitors send about once a second: a bed that is silent for longer than this is not about to begin. */
export const FIRST_DATA_MS = 3_000
/** Clock error of a device that acquire leaves alone (`--clock-tolerance-ms`); it is not held against the data. */
export const CLOCK_TOLERANCE_MS = 2_000

export type Freshness =
  { state: 'fresh' } | { state: 'stale'; seconds: number } | { state: 'none'; seconds: number | null }

export interface Seen {
  eventTimeMs: number
  /** Monotonic time of arrival at this screen. */
  arrivedMs: number
}

/**
 * Age of a value on this screen: the longer of how long nothing came and how old it says it is, so that neither a silent
 * feed nor the late arrival of old data looks live. The screen's own wall clock plays no part.
 */
export function ageMs(seen: Seen, serverNowMs: number, monotonicMs: number): number {
  return Math.max(monotonicMs - seen.arrivedMs, serverNowMs - seen.eventTimeMs - CLOCK_TOLERANCE_MS, 0)
}

export function freshnessOf(seen: Seen | null, serverNowMs: number, monotonicMs: number): Freshness {
  if (seen === null) return { state: 'none', seconds: null }
  const age = ageMs(seen, serverNowMs, monotonicMs)
  if (age <= STALE_MS) return { state: 'fresh' }
  const seconds = Math.floor(age / 1_000)
  return age <= NO_DATA_MS ? { state: 'stale', seconds } : { state: 'none', seconds }
}

/** 7 s, 3 min 05 s, 2 h 10 min: ages as a person says them. */
export function ageWords(totalSeconds: number): string {
  const seconds = Math.max(0, Math.floor(totalSeconds))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3_600)} h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3_600)} h`
}

/** 1:59, for what runs out. */
export function countdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

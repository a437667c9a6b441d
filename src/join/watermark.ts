import type { EventClock } from './event-clock.ts'

/**
 * The watermark of several sources, the event time in ms before which they are expected to send nothing more: the earliest of those
 * that are at a time. Idle sources hold nobody up: -Infinity when nobody says a time. Infinity when every source has ended.
 */
export function earliest(sources: readonly EventClock[]): number {
  let timeMs = Infinity
  let ended = 0
  for (const source of sources) {
    if (source.isEnded) ended++
    else if (!source.isIdle) timeMs = Math.min(timeMs, source.watermarkMs)
  }
  if (timeMs !== Infinity) return timeMs
  return sources.length > 0 && ended === sources.length ? Infinity : -Infinity
}

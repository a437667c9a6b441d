/** The event time before which a source is expected to send nothing more; `idle` and `end` hold nobody up. */
export type Watermark = { kind: 'at'; timeMs: number } | { kind: 'idle' } | { kind: 'end' }

/**
 * The watermark of several sources: the earliest of those that are at a time. Idle sources are left out; `end` only when
 * every source has ended, `idle` when nobody says a time.
 */
export function earliest(watermarks: Iterable<Watermark>): Watermark {
  let timeMs = Infinity
  let sources = 0
  let ended = 0
  for (const watermark of watermarks) {
    sources++
    if (watermark.kind === 'end') ended++
    else if (watermark.kind === 'at') timeMs = Math.min(timeMs, watermark.timeMs)
  }
  if (timeMs !== Infinity) return { kind: 'at', timeMs }
  return sources > 0 && ended === sources ? { kind: 'end' } : { kind: 'idle' }
}

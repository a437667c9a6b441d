/** Which window an event time falls into: `[n·sizeMs, (n+1)·sizeMs)`, counted from the epoch, without gap or overlap. */
export interface TumblingWindows {
  readonly sizeMs: number
  readonly graceMs: number
  startOf(eventTimeMs: number): number
  endOf(startMs: number): number
  /** Every window that ends at or before this is closed once the watermark stands at `watermarkMs`. */
  closedThrough(watermarkMs: number): number
}

/** Windows of `sizeMs` that stay open for `graceMs` of event time after their end. There is no grace unless it is said. */
export function tumblingWindows({ sizeMs, graceMs }: { sizeMs: number; graceMs: number }): TumblingWindows {
  if (!(sizeMs > 0)) throw new RangeError(`a window has a size: ${sizeMs}`)
  if (!(graceMs >= 0)) throw new RangeError(`grace is not negative: ${graceMs}`)
  const startOf = (timeMs: number): number => Math.floor(timeMs / sizeMs) * sizeMs
  return {
    sizeMs,
    graceMs,
    startOf,
    endOf: (startMs) => startMs + sizeMs,
    closedThrough: (watermarkMs) => startOf(watermarkMs - graceMs),
  }
}

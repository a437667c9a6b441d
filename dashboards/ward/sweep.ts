/** Pixels of CSS to the millimetre (CSS Values 4: 96 px are 25.4 mm). */
export const PX_PER_MM = 96 / 25.4
/** Paper speed of bedside monitors and ECG paper. */
export const SWEEP_MM_PER_S = 25
/** What a person may choose; respiration is read at the slow ones. */
export const SWEEPS_MM_PER_S = [6.25, 12.5, 25, 50] as const
/** Width of the bar that erases the oldest trace ahead of the newest. */
export const ERASE_BAR_PX = 14

export interface Sweep {
  widthPx: number
  pxPerMs: number
}

/** A sweep at paper speed; played back faster, more event time lies on the same paper. */
export function sweepOf(widthPx: number, speed = 1, mmPerS: number = SWEEP_MM_PER_S): Sweep {
  return { widthPx, pxPerMs: (mmPerS * PX_PER_MM) / 1_000 / speed }
}

/** Where on the strip an event time lies; the strip wraps around. */
export function sweepX(sweep: Sweep, eventMs: number): number {
  const x = (eventMs * sweep.pxPerMs) % sweep.widthPx
  return x < 0 ? x + sweep.widthPx : x
}

/** Event time that one passage over the strip takes. */
export function sweepSpanMs(sweep: Sweep): number {
  return sweep.widthPx / sweep.pxPerMs
}

/** The pieces `[x, x + width)` that the sweep from one event time to another covers, plus the bar ahead; at most two. */
export function sweptPieces(sweep: Sweep, fromMs: number, toMs: number): { x: number; width: number }[] {
  const length = (toMs - fromMs) * sweep.pxPerMs + ERASE_BAR_PX
  if (length >= sweep.widthPx) return [{ x: 0, width: sweep.widthPx }]
  const x = sweepX(sweep, fromMs)
  const first = Math.min(length, sweep.widthPx - x)
  return first < length
    ? [
        { x, width: first },
        { x: 0, width: length - first },
      ]
    : [{ x, width: first }]
}

/** Steps a scale may have, so that it does not breathe with every beat. */
const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]

/** The smallest round number that is at least `value`. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const decade = 10 ** Math.floor(Math.log10(value))
  const step = STEPS.find((candidate) => candidate * decade >= value * (1 - 1e-9)) ?? 10
  return step * decade
}

/** A round scale `[low, high]` around a range of values. */
export function scaleAround(low: number, high: number): { low: number; high: number } {
  const span = roundUp(Math.max((high - low) * 1.15, 1e-6))
  const grain = span / 10
  const bottom = Math.floor((low - (span - (high - low)) / 2) / grain) * grain
  return { low: bottom, high: bottom + span + grain }
}

/** Where a bar of one unit stands on a strip of this scale, in parts of its height from below; null where it has no room. */
export function unitBar({ low, high }: { low: number; high: number }): { bottom: number; height: number } | null {
  const foot = low <= 0 && high >= 1 ? 0 : low
  return high - foot < 1 ? null : { bottom: (foot - low) / (high - low), height: 1 / (high - low) }
}

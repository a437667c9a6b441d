/** One strike in the life of a ward: when, by the wall clock, which is the log's as well. */
export interface StrikeTimes {
  /** Since when the ward had been found live; 0: it was new. How fast it is without a fault shows from here to the first blow. */
  liveMs: number
  /** What has its cause from here on belongs to this strike, until the next begins. */
  beganMs: number
  /** The moments from which the ward has to recover, in their order. */
  blowsMs: readonly number[]
}

/** The strike that a moment belongs to: the last that had begun. */
export function strikeAt(strikes: readonly StrikeTimes[], atMs: number): number {
  return Math.max(
    0,
    strikes.findLastIndex(({ beganMs }) => beganMs <= atMs),
  )
}

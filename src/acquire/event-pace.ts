/** What a device's latest reading was stamped with. */
export interface Stamped {
  sentMs: number
  receivedMs: number
  /** Its time of sending in event time. */
  eventMs: number
  offsetMs: number
}

/** Beyond this the event times of a device do step back: it would take too long to make good at half the pace. */
const MOST_MS = 5_000

/**
 * The offset that a reading is really stamped with. A correction of a clock that runs fast would send its event times
 * back, and readings of a second or two would count as old; so they go on at half their pace until it is made good.
 */
export function pacedOffsetMs(last: Stamped | null, sentMs: number, receivedMs: number, offsetMs: number): number {
  if (last === null) return offsetMs
  // Out of order by the device's own account, under one and the same offset: that is its time.
  if (sentMs <= last.sentMs && offsetMs === last.offsetMs) return offsetMs
  const passedMs = Math.min(receivedMs - last.receivedMs, sentMs > last.sentMs ? sentMs - last.sentMs : Infinity)
  const earliestMs = last.eventMs + Math.max(1, Math.ceil(passedMs / 2))
  const shortMs = earliestMs - (sentMs + offsetMs)
  return shortMs > 0 && shortMs <= MOST_MS ? offsetMs + shortMs : offsetMs
}

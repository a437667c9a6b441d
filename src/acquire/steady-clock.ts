/** The quickest message of each `STRETCH_MS` of arrivals, oldest first. */
export type Seen = readonly (readonly [sinceMs: number, leastDifferenceMs: number])[]

/**
 * A delay wavers, a clock does not. The quickest messages of stretches that span this much arrival time and agree are
 * believed: a queue that drains at more than about 1.07 times its pace does not agree with itself; a burst spans no arrival time;
 * a device that sends its messages in parcels has a quickest one in each.
 */
const STEADY_MS = 30_000
/** Two pauses may hold up two messages alike. */
const LEAST_STRETCHES = 3
const STRETCH_MS = 5_000
/** What a line's delay may waver by: with more, a message every 5 s tells too little of a step within a minute. */
const AGREEMENT_MS = 1_250
/** No clock drifts faster: 1.2 s a minute. */
const DRIFT = 0.02
/** Of a device that seldom speaks: older stretches say nothing of today's clock. */
const LONGEST_MS = 600_000

/** How far apart the differences of a clock may lie that was heard for so long. */
export function agreementMs(spanMs: number): number {
  return AGREEMENT_MS + DRIFT * spanMs
}

/** One more message, in order of arrival. */
export function withMessage(seen: Seen, receivedMs: number, differenceMs: number): Seen {
  const newest = seen.at(-1)
  if (newest !== undefined && receivedMs - newest[0] < STRETCH_MS)
    return [...seen.slice(0, -1), [newest[0], Math.min(newest[1], differenceMs)]]
  // One stretch from before the span is kept, so that the span can be filled, and as many as are needed.
  const from = seen.findIndex(([sinceMs]) => receivedMs - sinceMs < STEADY_MS)
  const before = (from === -1 ? seen.length : from) - 1
  const kept = seen.slice(Math.max(0, Math.min(before, seen.length - LEAST_STRETCHES + 1)))
  return [...kept, [receivedMs, differenceMs]]
}

/**
 * The offset of the present if the newest stretches have agreed for long enough: the least difference of the last two, for
 * a clock that drifts is not where it was half a minute ago. Asked at the first message of a stretch: within one, a burst may
 * agree with what came before it for a moment, on its way from late to in time.
 */
export function steadyEstimate(before: Seen, seen: Seen, nowMs: number): number | null {
  if (seen.at(-1)?.[0] === before.at(-1)?.[0]) return null
  let [leastMs, mostMs] = [Infinity, -Infinity]
  for (const [index, [sinceMs, differenceMs]] of seen.toReversed().entries()) {
    leastMs = Math.min(leastMs, differenceMs)
    mostMs = Math.max(mostMs, differenceMs)
    if (mostMs - leastMs > agreementMs(nowMs - sinceMs) || nowMs - sinceMs > LONGEST_MS) return null
    if (nowMs - sinceMs >= STEADY_MS && index + 1 >= LEAST_STRETCHES)
      return Math.min(...seen.slice(-2).map(([, least]) => least))
  }
  return null
}

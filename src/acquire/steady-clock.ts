/** The quickest message of each `STRETCH_MS` of arrivals, oldest first, and how long the line was heard since the stretch before. */
export type Seen = readonly (readonly [sinceMs: number, leastDifferenceMs: number, heardMs: number])[]

/**
 * A delay wavers, a clock does not. The quickest messages of stretches in which the line was heard for this long and that agree are
 * believed: a queue that drains at more than about 1.07 times its pace does not agree with itself; a burst spans no arrival time;
 * a device that sends its messages in parcels has a quickest one in each. What stood still was not heard: a queue from before a pause
 * may by chance be as late as another after it, and a clock that nobody heard for minutes may have drifted that far (heardSince).
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
  if (newest === undefined) return [[receivedMs, differenceMs, 0]]
  if (receivedMs - newest[0] >= STRETCH_MS)
    return [...needed(seen), [receivedMs, differenceMs, heardMs(newest, receivedMs, differenceMs)]]
  // What waited may come in another order than it was sent: the one that waited longest says how long nothing was heard.
  const [sinceMs, leastMs, longestMs] = newest
  const before = seen.at(-2)
  const heard = before === undefined ? 0 : Math.min(longestMs, heardMs(before, sinceMs, differenceMs))
  return [...seen.slice(0, -1), [sinceMs, Math.min(leastMs, differenceMs), heard]]
}

/** The time from one stretch to the next but for that in which the line stood still. The earlier stretch itself was heard. */
function heardMs(before: Seen[number], sinceMs: number, differenceMs: number): number {
  return Math.max(STRETCH_MS, sinceMs - before[0] - heldUpMs(before, sinceMs, differenceMs))
}

/**
 * A message that was held up says by how much: it is later than the quickest before by more than a line wavers and a clock drifts.
 * A device that seldom speaks holds nothing up.
 */
function heldUpMs([beforeMs, leastMs]: Seen[number], sinceMs: number, differenceMs: number): number {
  const laterMs = differenceMs - leastMs
  return laterMs > agreementMs(sinceMs - beforeMs) ? laterMs : 0
}

/** What the next stretch may need to fill the span, and as many as must agree. */
function needed(seen: Seen): Seen {
  let [from, spanMs] = [seen.length - 1, 0]
  while (from > 0 && (spanMs < STEADY_MS || seen.length - from < LEAST_STRETCHES)) spanMs += seen[from--]?.[2] ?? 0
  return seen.slice(from)
}

/**
 * The offset of the present if the newest stretches have agreed for long enough: the least difference of the last two, for
 * a clock that drifts is not where it was half a minute ago. Asked at the first message of a stretch: within one, a burst may
 * agree with what came before it for a moment, on its way from late to in time. A first message that was held up says nothing
 * of the clock, and those before it are asked: in parcels, the first message of each is.
 */
export function steadyEstimate(before: Seen, seen: Seen): number | null {
  const [newest, previous] = [seen.at(-1), before.at(-1)]
  if (newest === undefined || newest[0] === previous?.[0]) return null
  const isHeldUp = previous !== undefined && heldUpMs(previous, newest[0], newest[1]) > 0
  const asked = isHeldUp ? seen.slice(0, -1) : seen
  let [leastMs, mostMs, spanMs] = [Infinity, -Infinity, 0]
  for (const [index, [, differenceMs, sinceEarlierMs]] of asked.toReversed().entries()) {
    leastMs = Math.min(leastMs, differenceMs)
    mostMs = Math.max(mostMs, differenceMs)
    if (mostMs - leastMs > agreementMs(spanMs) || spanMs > LONGEST_MS) return null
    if (spanMs >= STEADY_MS && index + 1 >= LEAST_STRETCHES)
      return Math.min(...asked.slice(-2).map(([, least]) => least))
    spanMs += sinceEarlierMs
  }
  return null
}

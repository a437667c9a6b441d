/**
 * How far a device's clock is off, from when its messages say they were sent and when they reached us.
 *
 * `received - sent` is the offset plus the time under way. A message may be late (a pause, a burst after it) but never
 * early, so the two directions are judged differently, as in minimum-delay filtering (Cristian 1989; RFC 5905, clock filter):
 * - Earlier than the present offset allows: the offset is too great, since nothing arrives before it is sent. Three such
 *   messages in a row are believed (one may be a corrupt time); their middle one is the estimate.
 * - Later: either delay or a slow clock. A delay wavers, a clock does not: messages that keep within `AGREEMENT_MS` of each
 *   other over `STEADY_MS` of arrivals are believed; the quickest of them is the estimate. A burst spans no arrival time,
 *   and a queue that drains does not agree with itself, so neither moves the offset.
 * - The very first message is believed at once when it is further off than the tolerance: a device that was set wrong before
 *   we met it must not spoil its first minute.
 *
 * An estimate within the tolerance means offset 0; beyond, whole seconds, so that the offset stands still. Once set, it moves
 * only when the estimate is more than `STILL_MS` away from it, and goes back to 0 only within half the tolerance. A step is so
 * found after three messages (device set forward) or `STEADY_MS` (set back). A pure function of what it was given.
 */
export interface ClockOffset {
  /** Add it to device time to get event time; whole seconds, 0 for a clock that is left alone. */
  offsetMs: number
  /** Newest messages that still count, oldest first: when they came, and received minus sent. */
  recent: readonly (readonly [receivedMs: number, differenceMs: number])[]
}

export interface ClockOffsetStep {
  next: ClockOffset
  /** The offset is not what it was. */
  moved: boolean
}

const AGREEMENT_MS = 1_000
const STEADY_MS = 10_000
const STEADY_MESSAGES = 5
const EARLY_MESSAGES = 3
const STILL_MS = 1_000
/** Enough for `STEADY_MS` of a device that sends 25 messages a second, and bounds what a flood can cost. */
const MOST_RECENT = 256

/** A device of which nothing was heard yet. */
export const UNKNOWN_CLOCK: ClockOffset = { offsetMs: 0, recent: [] }

/** What is known after one more message, in order of arrival. `sentDeviceMs` is the device's own time of sending. */
export function observeClock(
  clock: ClockOffset,
  sentDeviceMs: number,
  receivedMs: number,
  toleranceMs: number,
): ClockOffsetStep {
  const difference = receivedMs - sentDeviceMs
  const recent = [...clock.recent, [receivedMs, difference] as const].slice(-MOST_RECENT)
  const first = clock.recent.length === 0 && clock.offsetMs === 0
  const estimate = first ? difference : (earlyEstimate(recent, clock.offsetMs) ?? steadyEstimate(recent))
  const offsetMs = estimate === null ? clock.offsetMs : settled(estimate, clock.offsetMs, toleranceMs)
  return { next: { offsetMs, recent: stillCounting(recent, receivedMs) }, moved: offsetMs !== clock.offsetMs }
}

/** The middle of the newest messages, if every one of them came before it could have been sent. */
function earlyEstimate(recent: ClockOffset['recent'], offsetMs: number): number | null {
  const newest = recent.slice(-EARLY_MESSAGES).map(([, difference]) => difference)
  if (newest.length < EARLY_MESSAGES || newest.some((difference) => difference >= offsetMs - STILL_MS)) return null
  return newest.sort((one, other) => one - other)[Math.floor(EARLY_MESSAGES / 2)] ?? null
}

/** The quickest of the newest messages that agree with each other, if they have done so for long enough. */
function steadyEstimate(recent: ClockOffset['recent']): number | null {
  const newest = recent.at(-1)
  if (newest === undefined) return null
  let [least, most] = [newest[1], newest[1]]
  for (let back = 1; back <= recent.length; back++) {
    const [receivedMs, difference] = recent[recent.length - back] ?? newest
    least = Math.min(least, difference)
    most = Math.max(most, difference)
    if (most - least > AGREEMENT_MS) return null
    if (back >= STEADY_MESSAGES && newest[0] - receivedMs >= STEADY_MS) return least
  }
  return null
}

function settled(estimateMs: number, offsetMs: number, toleranceMs: number): number {
  if (offsetMs !== 0 && Math.abs(estimateMs - offsetMs) <= STILL_MS) return offsetMs
  const leftAloneMs = offsetMs === 0 ? toleranceMs : toleranceMs / 2
  return Math.abs(estimateMs) <= leftAloneMs ? 0 : Math.round(estimateMs / 1_000) * 1_000
}

/** Keeps one message from before the span, so that the span can be filled. */
function stillCounting(recent: ClockOffset['recent'], nowMs: number): ClockOffset['recent'] {
  const from = recent.findIndex(([receivedMs]) => nowMs - receivedMs < STEADY_MS)
  return recent.slice(Math.max(0, Math.min(from - 1, recent.length - STEADY_MESSAGES)))
}

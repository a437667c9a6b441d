import { agreementMs, type Seen, steadyEstimate, withMessage } from './steady-clock.ts'

/**
 * How far a device's clock is off, from when its messages say they were sent and when they reached us.
 *
 * `received - sent` is the offset plus the time under way. A message may be late (a pause, a burst after it) but never
 * early, so the two directions are judged differently, as in minimum-delay filtering (Cristian 1989; RFC 5905, clock filter):
 * - Earlier than the present offset allows: nothing arrives before it is sent, so the message itself proves its time wrong.
 *   It is stamped at once as if sent when it came; three in a row are believed (one may be a corrupt time), and so are two
 *   that agree across `FAR_APART_MS`, from a device that seldom speaks.
 * - Later, and sent before what was sent last, which was in time: no queue can do that, a clock that was set back does. A
 *   message out of order does it too, so the reading waits (`HOLD_MS` at most) until messages have agreed for `AGREED_MS`.
 * - Later, in a device's very first messages: a clock that was set wrong before we met it, or a backlog. They wait likewise,
 *   but must agree more closely: a backlog is sent at more than its own pace.
 *   Should they come ever quicker all the same within `TRIAL_MS`, more than a clock can drift, it was one: nothing was slow.
 * - Later, in order: delay as a rule. It wavers, a clock does not: see steady-clock.ts. Nothing waits for that.
 *
 * An estimate within the tolerance means offset 0; beyond, whole seconds, so that the offset stands still. Once set, it moves
 * only when the estimate is more than `STILL_MS` away from it (a leap second moves nothing), and goes back to 0 only within
 * half the tolerance. A pure function of what it was given.
 */
export interface ClockOffset {
  /** Add it to device time to get event time; whole seconds, 0 for a clock that is left alone. */
  offsetMs: number
  /** Device time of the latest message whose time was possible; null: nothing is known of the device yet. */
  latestSentMs: number | null
  /** The newest message was late and in order: a queue is draining, in which a message out of order is as late as the others. */
  delayed: boolean
  seen: Seen
  /** Messages in a row that came before they were sent, oldest first. */
  early: readonly (readonly [receivedMs: number, differenceMs: number])[]
  /** Messages in a row that a delay does not explain. */
  doubt: Doubt | null
  /** When a clock was last believed to be slow, and what the offset was before. */
  trial: { sinceMs: number; beforeMs: number } | null
}

interface Doubt {
  sinceMs: number
  /** It went back further than messages get out of order: no queue does that. */
  isProven: boolean
  leastMs: number
  mostMs: number
}

export interface ClockOffsetStep {
  next: ClockOffset
  /** The offset is not what it was. */
  moved: boolean
  /** doubtful: to be stamped when the offset moves or a message fits, and no later than `HOLD_MS` after it came. */
  verdict: 'fits' | 'doubtful'
  /** What this reading is stamped with if it does not wait. */
  stampMs: number
}

/** Longest that a reading waits for its clock to be judged. */
export const HOLD_MS = 3_000

const CLOSE_AGREEMENT_MS = 250
const AGREED_MS = 1_500
const EARLY_MESSAGES = 3
const FAR_APART_MS = 10_000
const STILL_MS = 1_500
const TRIAL_MS = 60_000
/** What a queue that drains slowly gains in three messages; a step that is smaller is no harm. */
const GRADUAL_MS = 5_000

/** A device of which nothing was heard yet. */
export const UNKNOWN_CLOCK: ClockOffset = {
  offsetMs: 0,
  latestSentMs: null,
  delayed: false,
  seen: [],
  early: [],
  doubt: null,
  trial: null,
}

/** What is known after one more message, in order of arrival. `sentDeviceMs` is the device's own time of sending. */
export function observeClock(
  clock: ClockOffset,
  sentDeviceMs: number,
  receivedMs: number,
  toleranceMs: number,
): ClockOffsetStep {
  const differenceMs = receivedMs - sentDeviceMs
  const seen = withMessage(clock.seen, receivedMs, differenceMs)
  const heard = { ...clock, seen }
  const meant = settled(differenceMs, clock.offsetMs, toleranceMs)
  if (meant < clock.offsetMs) return early(heard, sentDeviceMs, receivedMs, meant, toleranceMs)

  const later = meant > clock.offsetMs
  const first = clock.latestSentMs === null
  const setBack = !clock.delayed && sentDeviceMs < (clock.latestSentMs ?? sentDeviceMs)
  // A clock that was set back a little is soon past what was sent last: a doubt stands until it is settled.
  if (later && (first || setBack || clock.doubt !== null)) {
    const isProven = setBack && (clock.latestSentMs ?? sentDeviceMs) - sentDeviceMs > GRADUAL_MS
    const doubt = doubted(clock.doubt, receivedMs, differenceMs, isProven)
    const spanMs = receivedMs - doubt.sinceMs
    if (doubt.mostMs - doubt.leastMs <= (first ? CLOSE_AGREEMENT_MS : agreementMs(spanMs))) {
      if (spanMs >= AGREED_MS) {
        const believed = moved(heard, settled(doubt.leastMs, clock.offsetMs, toleranceMs), sentDeviceMs, receivedMs)
        return doubt.isProven ? { ...believed, next: { ...believed.next, trial: null } } : believed
      }
      return step({ ...heard, early: [], doubt }, 'doubtful')
    }
    // They do not agree: a backlog. From here on it is known, and later messages are as late as they are.
  }
  const latestSentMs = Math.max(clock.latestSentMs ?? sentDeviceMs, sentDeviceMs)
  const known: ClockOffset = { ...heard, latestSentMs, delayed: later, early: [], doubt: null }
  const steadyMs = steadyEstimate(clock.seen, seen)
  const steady = steadyMs === null ? clock.offsetMs : settled(steadyMs, clock.offsetMs, toleranceMs)
  return steady === clock.offsetMs ? step(known, 'fits') : moved(known, steady, sentDeviceMs, receivedMs)
}

/** A message that came before it could be sent. */
function early(
  clock: ClockOffset,
  sentDeviceMs: number,
  receivedMs: number,
  meantMs: number,
  toleranceMs: number,
): ClockOffsetStep {
  const rows = [...clock.early, [receivedMs, receivedMs - sentDeviceMs] as const].slice(-EARLY_MESSAGES)
  const differences = rows.map(([, differenceMs]) => differenceMs).sort((one, other) => one - other)
  const [first] = rows
  const spreadMs = (differences.at(-1) ?? 0) - (differences[0] ?? 0)
  const spanMs = receivedMs - (first?.[0] ?? receivedMs)
  const farApart = spanMs >= FAR_APART_MS && spreadMs <= agreementMs(spanMs)
  if (rows.length === EARLY_MESSAGES || farApart) {
    const beforeMs = slowBefore(clock, receivedMs, receivedMs - sentDeviceMs)
    if (beforeMs !== null) {
      const { next, ...rest } = moved(clock, beforeMs, sentDeviceMs, receivedMs)
      return { ...rest, next: { ...next, delayed: true } }
    }
    const middleMs = differences[Math.floor(differences.length / 2)] ?? 0
    const believed = moved(clock, settled(middleMs, clock.offsetMs, toleranceMs), sentDeviceMs, receivedMs)
    const stampMs = settled(receivedMs - sentDeviceMs, believed.next.offsetMs, toleranceMs)
    if (stampMs >= believed.next.offsetMs) return believed
    // The clock stepped once more with this very message.
    return { ...believed, next: { ...believed.next, early: rows.slice(-1) }, stampMs }
  }
  // What the first of them was stamped with stands, so that their event times keep their distances.
  const before = first === undefined ? meantMs : settled(first[1], clock.offsetMs, toleranceMs)
  const stampMs = Math.abs(before - meantMs) <= STILL_MS ? before : meantMs
  return { ...step({ ...clock, early: rows, doubt: null }, 'fits'), stampMs }
}

/** The offset before a queue was taken for a slow clock; null: it was none. */
function slowBefore({ offsetMs, trial }: ClockOffset, receivedMs: number, differenceMs: number): number | null {
  if (trial === null || receivedMs - trial.sinceMs > TRIAL_MS) return null
  return offsetMs - differenceMs <= GRADUAL_MS && differenceMs >= trial.beforeMs ? trial.beforeMs : null
}

function doubted(doubt: Doubt | null, receivedMs: number, differenceMs: number, isProven: boolean): Doubt {
  if (doubt === null) return { sinceMs: receivedMs, isProven, leastMs: differenceMs, mostMs: differenceMs }
  const leastMs = Math.min(doubt.leastMs, differenceMs)
  return { ...doubt, leastMs, mostMs: Math.max(doubt.mostMs, differenceMs) }
}

/** What was seen before tells of a clock that is no more. */
function moved(clock: ClockOffset, offsetMs: number, sentDeviceMs: number, receivedMs: number): ClockOffsetStep {
  const seen = withMessage([], receivedMs, receivedMs - sentDeviceMs)
  const slower = offsetMs - clock.offsetMs > GRADUAL_MS
  const trial = slower ? { sinceMs: receivedMs, beforeMs: clock.offsetMs } : null
  const latestSentMs = sentDeviceMs
  const next: ClockOffset = { offsetMs, latestSentMs, delayed: false, seen, early: [], doubt: null, trial }
  return { ...step(next, 'fits'), moved: offsetMs !== clock.offsetMs }
}

function step(next: ClockOffset, verdict: ClockOffsetStep['verdict']): ClockOffsetStep {
  return { next, moved: false, verdict, stampMs: next.offsetMs }
}

function settled(estimateMs: number, offsetMs: number, toleranceMs: number): number {
  if (offsetMs !== 0 && Math.abs(estimateMs - offsetMs) <= STILL_MS) return offsetMs
  const leftAloneMs = offsetMs === 0 ? toleranceMs : toleranceMs / 2
  return Math.abs(estimateMs) <= leftAloneMs ? 0 : Math.round(estimateMs / 1_000) * 1_000
}

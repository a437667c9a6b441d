import type { FeedMemory, Limit, Numeric, Priority, Reason } from '../records.ts'
import { NUMERICS, type NumericCode } from '../reading.ts'
import { waitOn } from './alarm-delay.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { SETTLING } from './default-limits.ts'
import { type LimitBand, bandsOf, placeOf, SIDES } from './limit-band.ts'
import type { Measured } from './measured.ts'
import { absentCondition } from './patient-state.ts'
import { moreUrgent, urgency } from './priority.ts'
import { type Sighting, sight } from './sighting.ts'

export interface LimitLook {
  feedId: string
  atMs: number
  appendTimeMs: number
  unitLimits: readonly Limit[]
  feedIdleMs: number
}

/** Readings that arrive later than this after they were measured say so in the alert. */
const LATE_MS = 60_000

/**
 * Checks one measured value against its limits. Each band waits for itself and for each feed, in an entry of its own
 * (`limit:spo2:low:high:<feed>`); the alert is one for a numeric and a side, with the priority of the worst band that holds, so
 * monitors that disagree cannot talk each other out of an alarm.
 *
 * A questionable value may raise up to medium and ends nothing. A value that is not measured never comes here: it neither
 * raises nor ends.
 */
export function checkLimits(bed: BedAlarms, code: NumericCode, measured: Measured, look: LimitLook): void {
  const bands = bandsOf(code, bed.state.limits, look.unitLimits)
  for (const side of SIDES) {
    const condition = `limit:${code}:${side}`
    const ofSide = bands.filter((band) => band.side === side)
    dropOutdated(bed, condition, ofSide, look)
    let beganMs = look.atMs
    for (const band of ofSide) beganMs = stepBand(bed, condition, code, band, measured, look) ?? beganMs
    const priority = holding(bed, condition)
    if (priority === null && bed.condition(condition) === undefined) continue
    const sighting: Sighting = {
      condition,
      kind: 'physiological',
      priority,
      sinceMs: beganMs,
      atMs: look.atMs,
      appendTimeMs: look.appendTimeMs,
      reasons: () => reasonsOf(code, ofSide, measured.value, priority, beganMs, look),
    }
    sight(bed, sighting)
  }
}

/** Moves a band's wait on; the time it began to hold, if this value made it hold. */
function stepBand(
  bed: BedAlarms,
  condition: string,
  code: NumericCode,
  band: LimitBand,
  { value, questionable }: Measured,
  look: LimitLook,
): number | null {
  const place = placeOf(code, band, value)
  if (questionable && (place !== 'outside' || urgency(band.priority) > urgency('medium'))) return null
  const name = bandName(condition, band.priority, look.feedId)
  const before = bed.condition(name)
  if (before === undefined && place !== 'outside') return null
  const { waiting, beganMs } = waitOn(
    before ?? absentCondition(name, 'physiological', band.priority),
    place,
    look.atMs,
    { delayMs: band.delayMs, clearDelayMs: SETTLING[code].clearDelayMs },
  )
  if (waiting.present || waiting.pendingSinceMs !== null) bed.put(waiting)
  else bed.remove(name)
  return beganMs
}

/** Bands whose limit a person took away, and those of a monitor that fell silent while another measures. */
function dropOutdated(bed: BedAlarms, condition: string, bands: readonly LimitBand[], look: LimitLook): void {
  const valid = new Set(bands.map(({ priority }) => bandName(condition, priority, look.feedId)))
  for (const { condition: name } of bandsIn(bed, condition)) {
    if (valid.has(name)) continue
    const feedId = name.split(':').slice(4).join(':')
    if (feedId === look.feedId || isSilent(bed.state.feeds[feedId], look)) bed.remove(name)
  }
}

function isSilent(feed: FeedMemory | undefined, { appendTimeMs, feedIdleMs }: LimitLook): boolean {
  return feed === undefined || appendTimeMs - feed.lastAppendTimeMs > feedIdleMs
}

function holding(bed: BedAlarms, condition: string): Priority | null {
  let worst: Priority | null = null
  for (const { present, priority } of bandsIn(bed, condition))
    if (present) worst = moreUrgent<Priority | null>(worst, priority)
  return worst
}

function bandsIn(bed: BedAlarms, condition: string): { condition: string; present: boolean; priority: Priority }[] {
  return bed.conditions().filter((entry) => entry.condition.startsWith(`${condition}:`))
}

function bandName(condition: string, priority: Priority, feedId: string): string {
  return `${condition}:${priority}:${feedId}`
}

function reasonsOf(
  code: NumericCode,
  bands: readonly LimitBand[],
  value: Numeric['value'],
  priority: Priority | null,
  beganMs: number,
  { atMs, appendTimeMs }: LimitLook,
): Reason[] {
  const { label, unit } = NUMERICS[code]
  const band = bands.find((each) => each.priority === priority) ?? bands[0]
  const limit = band?.limit ?? null
  const crossed = band !== undefined && value !== null && placeOf(code, band, value) === 'outside'
  const side = band?.side === 'high' ? 'above' : 'below'
  const heldS = Math.round((atMs - beganMs) / 1_000)
  const against = limit === null ? 'has no limit' : `${crossed ? side : `no longer ${side}`} ${limit} ${unit}`
  const text = `${label} ${value} ${unit} ${against}${crossed && heldS > 0 ? ` for ${heldS} s` : ''}`
  const reasons: Reason[] = [{ code, text, value, limit, unit }]
  const lateMs = appendTimeMs - atMs
  if (lateMs > LATE_MS) {
    const late = `arrived ${Math.round(lateMs / 1_000)} s after it was measured`
    reasons.push({ code: 'late', text: late, value: lateMs, limit: LATE_MS, unit: 'ms' })
  }
  return reasons
}

import { isNews2Age } from '../predict/news2-inputs.ts'
import { SETTLING } from '../raise/default-limits.ts'
import { isSettable, type Side } from '../raise/limit-band.ts'
import type { NumericCode } from '../reading.ts'
import type { GenerationMode, Limit, Priority } from '../records.ts'
import type { BedView } from './events.ts'
import { CHANGED_WITHIN_MS, type LimitNoise, type LimitRaise, type LimitStory, NOISE_SPAN_MS } from './limit-noise.ts'
import { median } from './median.ts'

/** Fewer are no pattern, nor are ones that all came within half an hour. */
export const LEAST_RAISES = 8
export const LEAST_SPREAD_MS = 1_800_000
/** What part of these alarms the suggested limit would not have raised when they were raised. */
const SPARED = 0.8
/** A limit that somebody set this recently has not been tried yet. */
const SETTLES_MS = 3_600_000
/** A suggestion that was left comes back after 8 h, or once there are half as many alarms again. */
const MORE = 0.5
/** Of the way between the unit's medium and high limits, what a suggestion stays away from the high one. */
const MARGIN = 0.25
const STEP: Partial<Record<NumericCode, number>> = { temp: 0.1 }

/** Why nothing is suggested. */
export type NoSuggestion =
  | 'few'
  | 'acted_on'
  | 'worsened'
  | 'child'
  | 'age_unknown'
  | 'set_recently'
  | 'no_value'
  | 'no_high_limit'
  | 'reaches_high'
  | 'not_settable'
  | 'left'

/** The limit of a bed that calls most often, and what a person may do about it. */
export interface NoisyLimit {
  patientId: string
  unitId: string
  bedId: string
  generationMode: GenerationMode
  code: NumericCode
  side: Side
  limit: number
  /** Both sides of it as they hold now: who sets one sets both. */
  now: { low: number | null; high: number | null }
  /** Append time from which on alarms were counted. */
  fromMs: number
  raised: number
  actedOn: number
  /** Of the values as they raised; how far each went afterwards is not known here. */
  median: number | null
  /** Median, by the devices' time; null where none has ended. */
  lastedMs: number | null
  /** `spared`: how many of these values the suggested limit would have let pass. */
  suggestion: { to: number; spared: number } | { to: null; why: NoSuggestion }
}

/** The noisiest limit of a bed, or null where no medium limit raised anything. Nothing is ever changed by this. */
export function noisyLimit(noise: LimitNoise, bed: BedView, nowMs: number, readSinceMs: number): NoisyLimit | null {
  const fromMs = Math.max(nowMs - NOISE_SPAN_MS, readSinceMs)
  let noisiest: { story: LimitStory; limit: number; raises: LimitRaise[] } | null = null
  for (const story of noise.stories(bed.patientId)) {
    const limit = limitOf(bed.effectiveLimits, story.code, 'medium')?.[story.side] ?? null
    if (limit === null) continue
    const raises = raisesOf(story, limit, nowMs - NOISE_SPAN_MS, nowMs)
    if (raises.length > (noisiest?.raises.length ?? 0)) noisiest = { story, limit, raises }
  }
  if (noisiest === null) return null
  const { story, limit, raises } = noisiest
  const { code, side } = story
  const { set } = noise.deeds(bed.patientId, code)
  const isActedOn = ({ alertId, atMs }: LimitRaise): boolean =>
    story.acted.has(alertId) || set.some((deed) => deed.atMs >= atMs && deed.atMs - atMs <= CHANGED_WITHIN_MS)
  const values = raises.flatMap(({ value }) => value ?? [])
  const noisy = {
    ...{ patientId: bed.patientId, unitId: bed.unitId, bedId: bed.bedId, code, side, limit, fromMs },
    now: {
      low: sideOf(bed.effectiveLimits, code, 'medium', 'low'),
      high: sideOf(bed.effectiveLimits, code, 'medium', 'high'),
    },
    generationMode: raises.at(-1)?.generationMode ?? 'real',
    raised: raises.length,
    actedOn: raises.filter(isActedOn).length,
    median: median(values),
    lastedMs: median(raises.flatMap(({ beganMs, endedMs }) => (endedMs === null ? [] : endedMs - beganMs))),
  }
  const against = objection(noisy, story, bed, raises, nowMs) ?? (values.length < raises.length ? 'no_value' : null)
  if (against !== null) return { ...noisy, suggestion: { to: null, why: against } }
  const suggestion = proposal(bed, code, side, limit, values)
  if (suggestion.to !== null && isLeft(noise, story, bed.patientId, limit, nowMs))
    return { ...noisy, suggestion: { to: null, why: 'left' } }
  return { ...noisy, suggestion }
}

/** Those of the limit as it is now, of the newest mode: a demonstration's do not count for a patient. */
function raisesOf({ raises }: LimitStory, limit: number, sinceMs: number, untilMs: number): LimitRaise[] {
  const mode = raises.at(-1)?.generationMode
  return raises.filter(
    (one) => one.atMs > sinceMs && one.atMs <= untilMs && one.limit === limit && one.generationMode === mode,
  )
}

/** What speaks against any suggestion here, the plainest first. */
function objection(
  { raised, actedOn, code }: Pick<NoisyLimit, 'raised' | 'actedOn' | 'code'>,
  { worsenedAtMs }: LimitStory,
  bed: BedView,
  raises: readonly LimitRaise[],
  nowMs: number,
): NoSuggestion | null {
  // By when people could hear them: what a feed brings late, all at once, nobody could act on.
  const heard = raises.map(({ atMs }) => atMs)
  if (raised < LEAST_RAISES || Math.max(...heard) - Math.min(...heard) < LEAST_SPREAD_MS) return 'few'
  if (actedOn > 0) return 'acted_on'
  if (worsenedAtMs !== null && worsenedAtMs > nowMs - NOISE_SPAN_MS) return 'worsened'
  const ageBand = bed.context?.ageBand ?? ''
  // The unit's limits, which bound the suggestion, are an adult's.
  if (!isNews2Age(ageBand)) return 'child'
  if (!/\d/.test(ageBand)) return 'age_unknown'
  const change = bed.limitChanges?.find((one) => one.code === code && one.priority === 'medium')
  return change !== undefined && nowMs - change.atMs < SETTLES_MS ? 'set_recently' : null
}

/**
 * The nearest limit that lets four of five of these values pass, away from the unit's high limit and from the one that
 * holds. A value on the limit is inside. Where it would come too near there is none, not a nearer one that spares less.
 */
function proposal(
  bed: BedView,
  code: NumericCode,
  side: Side,
  now: number,
  values: readonly number[],
): NoisyLimit['suggestion'] {
  const outward = side === 'high' ? 1 : -1
  const step = STEP[code] ?? 1
  const sorted = [...values].sort((a, b) => (a - b) * outward)
  const reach = sorted[Math.ceil(SPARED * sorted.length) - 1] ?? now
  const to = outwardTo(step, reach, outward)
  const [unitMedium, unitHigh] = [
    sideOf(bed.unitLimits, code, 'medium', side),
    sideOf(bed.unitLimits, code, 'high', side),
  ]
  const holds = sideOf(bed.effectiveLimits, code, 'high', side)
  if (unitHigh === null || holds === null) return { to: null, why: 'no_high_limit' }
  const high = side === 'high' ? Math.min(unitHigh, holds) : Math.max(unitHigh, holds)
  const gap = unitMedium === null ? 0 : Math.abs(unitHigh - unitMedium)
  const margin = Math.max(step, SETTLING[code].hysteresis, MARGIN * gap)
  if ((high - to) * outward < margin) return { to: null, why: 'reaches_high' }
  const limit = limitOf(bed.effectiveLimits, code, 'medium')
  const isWider = (to - now) * outward > 0
  if (limit === undefined || !isWider || !isSettable({ ...limit, [side]: to })) return { to: null, why: 'not_settable' }
  return { to, spared: values.filter((value) => (value - to) * outward <= 0).length }
}

/** A person left it: it comes back when there is news. */
function isLeft(noise: LimitNoise, story: LimitStory, patientId: string, limit: number, nowMs: number): boolean {
  const { code, side } = story
  return noise.deeds(patientId, code).left.some((left) => {
    if (left.limit[side] !== limit || nowMs - left.atMs >= NOISE_SPAN_MS) return false
    const then = raisesOf(story, limit, left.atMs - NOISE_SPAN_MS, left.atMs).length
    const since = raisesOf(story, limit, left.atMs, nowMs).length
    return since < MORE * then
  })
}

/** To the step that screens show, away from the limit; in whole steps, so that 37.3 is not 37.300000000000004. */
function outwardTo(step: number, value: number, outward: number): number {
  const perUnit = Math.round(1 / step)
  const steps = Number((value * perUnit).toFixed(6))
  return (outward > 0 ? Math.ceil(steps) : Math.floor(steps)) / perUnit
}

function sideOf(limits: readonly Limit[] | undefined, code: string, priority: Priority, side: Side): number | null {
  return limitOf(limits, code, priority)?.[side] ?? null
}

function limitOf(limits: readonly Limit[] | undefined, code: string, priority: Priority): Limit | undefined {
  return limits?.find((limit) => limit.code === code && limit.priority === priority)
}

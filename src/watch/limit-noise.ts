import { isNumericCode, type Side } from '../raise/limit-band.ts'
import type { NumericCode } from '../reading.ts'
import type { Alert, AlertCommand, GenerationMode, Limit } from '../records.ts'
import { isCall } from './alarm-load.ts'

/** Over what time a limit's alarms are counted, and how long a suggestion that was left stays left. */
export const NOISE_SPAN_MS = 28_800_000
/** A suggestion that was left 8 h ago is compared with the 8 h before it. */
const KEPT_MS = 2 * NOISE_SPAN_MS
/** A limit that is changed so soon after an alarm was changed because of it. */
export const CHANGED_WITHIN_MS = 600_000
/** More of one limit than this in 16 h, two a minute, and the oldest are let go of. */
const MOST_KEPT = 2_000

/** One call of a limit's medium alarm. */
export interface LimitRaise {
  alertId: string
  /** Append time, by which all is counted. */
  atMs: number
  /** Event time, of how long it lasted. */
  beganMs: number
  /** Null while it lasts. */
  endedMs: number | null
  /** The value that raised it, and the limit that it crossed. */
  value: number | null
  limit: number | null
  generationMode: GenerationMode
}

/** What is known of one side of one numeric of one patient. */
export interface LimitStory {
  code: NumericCode
  side: Side
  /** Oldest first. */
  raises: LimitRaise[]
  /** Alerts that somebody acted on, with when that was last seen. */
  acted: ReadonlyMap<string, number>
  /** When one was high, or had gone up a level, last. */
  worsenedAtMs: number | null
}

/** That a person set a limit of this numeric, or left a suggestion. */
export interface LimitDeed {
  code: string
  limit: Limit
  userId: string
  atMs: number
  reason: string | null
}

interface Story extends LimitStory {
  raises: LimitRaise[]
  acted: Map<string, number>
  /** The transitions that are among the raises. */
  ids: Set<string>
}

interface Patient {
  /** By condition. */
  stories: Map<string, Story>
  set: Map<string, LimitDeed>
  left: Map<string, LimitDeed>
}

/**
 * What each limit of each patient raised, and what people did about it: a fold over the transitions of alerts and over the
 * commands. To silence is not to act: an alarm was acted on where somebody accepted, rejected or escalated it, said
 * afterwards that it was right (or a word that we do not know), or set a limit of that numeric within ten minutes.
 */
export class LimitNoise {
  readonly #patients = new Map<string, Patient>()

  take(alert: Alert, appendTimeMs: number): void {
    const [family, code = '', side = ''] = alert.condition.split(':')
    if (family !== 'limit' || !isNumericCode(code) || (side !== 'low' && side !== 'high')) return
    const story = this.#story(alert.patientId, alert.condition, code, side)
    if (isActedOn(alert)) story.acted.set(alert.alertId, appendTimeMs)
    if (alert.priority === 'high' || alert.escalationLevel > 0)
      story.worsenedAtMs = Math.max(story.worsenedAtMs ?? appendTimeMs, appendTimeMs)
    if (isCall(alert)) return this.#raised(story, alert, appendTimeMs)
    const last = story.raises.at(-1)
    const isItsEnd = last?.alertId === alert.alertId && last.atMs <= appendTimeMs && !alert.conditionPresent
    if (isItsEnd) last.endedMs ??= alert.eventTimeMs
  }

  command(command: AlertCommand, appendTimeMs: number): void {
    const { action, limit, userId, reason, patientId, commandId } = command
    if ((action !== 'set_limit' && action !== 'leave_suggestion') || limit === null) return
    const patient = this.#patient(patientId)
    const deeds = action === 'set_limit' ? patient.set : patient.left
    deeds.set(commandId, { code: limit.code, limit, userId, atMs: appendTimeMs, reason })
  }

  stories(patientId: string): readonly LimitStory[] {
    return [...(this.#patients.get(patientId)?.stories.values() ?? [])]
  }

  /** Limits of a numeric that people set, and suggestions that they left. */
  deeds(patientId: string, code: string): { set: LimitDeed[]; left: LimitDeed[] } {
    const { set, left } = this.#patients.get(patientId) ?? {
      set: new Map<never, never>(),
      left: new Map<never, never>(),
    }
    const ofCode = (deeds: Map<string, LimitDeed>): LimitDeed[] =>
      [...deeds.values()].filter((one) => one.code === code)
    return { set: ofCode(set), left: ofCode(left) }
  }

  /** Nobody is in the bed any more. */
  discharge(patientId: string): void {
    this.#patients.delete(patientId)
  }

  forget(nowMs: number): void {
    const sinceMs = nowMs - KEPT_MS
    for (const [patientId, { stories, set, left }] of this.#patients) {
      for (const [condition, story] of stories) {
        story.raises = story.raises.filter(({ atMs }) => atMs > sinceMs)
        for (const [alertId, atMs] of story.acted) if (atMs <= sinceMs) story.acted.delete(alertId)
        if ((story.worsenedAtMs ?? 0) <= sinceMs) story.worsenedAtMs = null
        const isEmpty = story.raises.length === 0 && story.acted.size === 0 && story.worsenedAtMs === null
        if (isEmpty) stories.delete(condition)
      }
      for (const deeds of [set, left])
        for (const [commandId, { atMs }] of deeds) if (atMs <= sinceMs) deeds.delete(commandId)
      if (stories.size + set.size + left.size === 0) this.#patients.delete(patientId)
    }
  }

  #raised(story: Story, alert: Alert, atMs: number): void {
    if (alert.priority !== 'medium' || story.ids.has(alert.id)) return
    const [reason] = alert.reasons
    const raise = {
      ...{ alertId: alert.alertId, atMs, beganMs: alert.eventTimeMs, endedMs: null },
      ...{ value: reason?.value ?? null, limit: reason?.limit ?? null, generationMode: alert.generationMode },
    }
    story.ids.add(alert.id)
    story.raises.push(raise)
    if (story.raises.length > MOST_KEPT) story.raises.shift()
    if (story.ids.size <= 2 * MOST_KEPT) return
    for (const oldest of story.ids) if (story.ids.delete(oldest)) break
  }

  #story(patientId: string, condition: string, code: NumericCode, side: Side): Story {
    const { stories } = this.#patient(patientId)
    let story = stories.get(condition)
    if (story === undefined) {
      story = { code, side, raises: [], ids: new Set(), acted: new Map(), worsenedAtMs: null }
      stories.set(condition, story)
    }
    return story
  }

  #patient(patientId: string): Patient {
    let patient = this.#patients.get(patientId)
    if (patient === undefined) {
      patient = { stories: new Map(), set: new Map(), left: new Map() }
      this.#patients.set(patientId, patient)
    }
    return patient
  }
}

function isActedOn({ answer, transition, label }: Alert): boolean {
  return answer !== null || (transition === 'labelled' && label !== 'rejected')
}

import type { Alert, AlertTransition, GenerationMode, Priority } from '../records.ts'
import { median } from './median.ts'

/** How far back a nurse's alarms are counted, and in what steps they are drawn. */
export const LOAD_SPAN_MS = 7_200_000
export const LOAD_STEP_MS = 600_000
const STEPS = LOAD_SPAN_MS / LOAD_STEP_MS

/**
 * What one operator can take, of alarms an hour, on average: 6 is very likely acceptable, 12 about the most that can be
 * managed; 10 within ten minutes are a flood (EEMUA 191; ANSI/ISA-18.2). Both are of process plants, for want of a figure
 * for nurses; five adult intensive care units had 187 audible alarms a bed and day (Drew et al., PLoS ONE 2014;9:e110274).
 */
export const ACCEPTABLE_PER_HOUR = 6
export const MANAGEABLE_PER_HOUR = 12
export const FLOOD_PER_STEP = 10

/** With less than this read of the log a rate would be a guess. */
const LEAST_FOR_RATE_MS = LOAD_STEP_MS
/** More than this in two hours, and the oldest are let go of. */
const MOST_KEPT = 50_000

/** An alarm that calls: it began, it came back, or it became more urgent. What is only on its way to its end calls nobody. */
const CALLING: ReadonlySet<AlertTransition> = new Set(['raised', 'repeated', 'condition_returned'])

export function isCall({ transition, presence }: Pick<Alert, 'transition' | 'presence'>): boolean {
  return CALLING.has(transition) || (transition === 'priority_changed' && presence === 'on')
}

/** What the alarms of one nurse were, or those of patients whom nobody looked after (null). */
export interface NurseLoad {
  userId: string | null
  generationMode: GenerationMode
  /** All that called, of patients and of equipment, whether or not its sound was paused. */
  alarms: number
  /** Of patients. */
  byPriority: Record<Priority, number>
  technical: number
  /** Of these, those that nobody heard, because the bed's audio was paused. */
  paused: number
  patients: number
  /** Null where too little of the log has been read to say. */
  perHour: number | null
  load: 'acceptable' | 'manageable' | 'too_many' | null
  flood: boolean
  /** Oldest first; the last ends now. */
  steps: number[]
  answered: number
  /** From the call to the first who acknowledged, accepted, rejected or escalated; null: nobody did. */
  medianAnswerMs: number | null
  /** The longest that a call went without an answer; `open`: it still does. */
  longestMs: number | null
  open: boolean
}

interface Call {
  patientId: string
  unitId: string
  userId: string | null
  generationMode: GenerationMode
  priority: Priority
  technical: boolean
  paused: boolean
  atMs: number
}

/** From the first call of an alarm that nobody has answered to the answer, or to its end. */
interface Wait extends Pick<Call, 'unitId' | 'userId' | 'generationMode' | 'atMs' | 'patientId'> {
  endedAtMs: number | null
  /** Somebody answered; not: it was over by itself. */
  answered: boolean
  /** False of one that was handed on: it waits for the next, not for the first. */
  first: boolean
}

/**
 * How much calls whom: a fold over the transitions of alerts by append time, that of their nurse when they called. The same
 * transition again, or an old one that is read again, changes nothing.
 */
export class AlarmLoad {
  readonly #calls = new Map<string, Call>()
  readonly #waits = new Map<string, Wait>()
  /** Alert to the wait that is open. */
  readonly #open = new Map<string, Wait>()

  take(alert: Alert, appendTimeMs: number): void {
    const { id, alertId, patientId, unitId, priority, kind, generationMode, assignedTo: userId } = alert
    const whose = { patientId, unitId, userId, generationMode, atMs: appendTimeMs }
    if (isCall(alert) && !this.#calls.has(id)) {
      const paused = alert.audioPausedUntilMs !== null && priority !== 'high'
      this.#calls.set(id, { ...whose, priority, technical: kind === 'technical', paused })
      this.#begin(id, alertId, { ...whose, endedAtMs: null, answered: false, first: true })
      this.#bound()
      return
    }
    const wait = this.#open.get(alertId)
    // What is read again from before the wait began does not end it.
    if (wait === undefined || appendTimeMs < wait.atMs || isCall(alert)) return
    // By a person, and not by time after what a person said before.
    const handedOn = alert.transition === 'escalated' && (alert.answer?.atMs ?? -Infinity) > wait.atMs
    if (alert.transition === 'acknowledged' || handedOn) this.#end(alertId, wait, appendTimeMs, true)
    else if (alert.presence === 'off') this.#end(alertId, wait, appendTimeMs, false)
    if (handedOn) this.#begin(id, alertId, { ...whose, endedAtMs: null, answered: false, first: false })
  }

  /** Nobody is in the bed any more, and nothing of it waits. */
  discharge(patientId: string, atMs: number): void {
    for (const [alertId, wait] of this.#open) if (wait.patientId === patientId) this.#end(alertId, wait, atMs, false)
  }

  /** Most alarms first. `readSinceMs`: from when on the log has been read; `counts`: of which units. */
  loads(nowMs: number, readSinceMs: number, counts: (unitId: string) => boolean = () => true): NurseLoad[] {
    const sinceMs = nowMs - LOAD_SPAN_MS
    const readMs = Math.min(LOAD_SPAN_MS, nowMs - readSinceMs)
    const isIn = (one: Pick<Call, 'atMs' | 'unitId'>): boolean => one.atMs > sinceMs && counts(one.unitId)
    const calls = grouped([...this.#calls.values()].filter(isIn))
    const waits = grouped([...this.#waits.values()].filter((one) => isIn(one) || (isOpen(one) && counts(one.unitId))))
    return [...new Set([...calls.keys(), ...waits.keys()])]
      .map((key) => loadOf(calls.get(key) ?? [], waits.get(key) ?? [], nowMs, readMs))
      .sort((a, b) => b.alarms - a.alarms || (a.userId ?? '').localeCompare(b.userId ?? ''))
  }

  forget(nowMs: number): void {
    const sinceMs = nowMs - LOAD_SPAN_MS
    for (const [id, call] of this.#calls) if (call.atMs <= sinceMs) this.#calls.delete(id)
    for (const [id, wait] of this.#waits) if (wait.atMs <= sinceMs && !isOpen(wait)) this.#waits.delete(id)
  }

  #begin(id: string, alertId: string, wait: Wait): void {
    if (this.#open.has(alertId) || this.#waits.has(id)) return
    this.#waits.set(id, wait)
    this.#open.set(alertId, wait)
  }

  #end(alertId: string, wait: Wait, endedAtMs: number, answered: boolean): void {
    Object.assign(wait, { endedAtMs, answered })
    this.#open.delete(alertId)
  }

  #bound(): void {
    if (this.#calls.size > MOST_KEPT) for (const oldest of this.#calls.keys()) if (this.#calls.delete(oldest)) break
    if (this.#waits.size <= MOST_KEPT) return
    for (const [id, wait] of this.#waits) if (!isOpen(wait) && this.#waits.delete(id)) break
  }
}

function isOpen({ endedAtMs }: Wait): boolean {
  return endedAtMs === null
}

/** By nurse, and real alarms apart from a test's or a demonstration's. */
function grouped<T extends Pick<Call, 'userId' | 'generationMode'>>(all: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const key = JSON.stringify([one.userId, one.generationMode])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}

function loadOf(calls: readonly Call[], waits: readonly Wait[], nowMs: number, readMs: number): NurseLoad {
  const { userId = null, generationMode = 'real' } = calls[0] ?? waits[0] ?? {}
  const steps = new Array<number>(STEPS).fill(0)
  const byPriority = { low: 0, medium: 0, high: 0 }
  for (const { atMs, technical, priority } of calls) {
    const step = STEPS - 1 - Math.max(0, Math.floor((nowMs - atMs) / LOAD_STEP_MS))
    steps[step] = (steps[step] ?? 0) + 1
    if (!technical) byPriority[priority]++
  }
  const perHour = readMs < LEAST_FOR_RATE_MS ? null : calls.length / (readMs / 3_600_000)
  const answers = waits.filter(({ answered, first }) => answered && first)
  const lasted = (wait: Wait): number => (wait.endedAtMs ?? nowMs) - wait.atMs
  const longest = waits.reduce<Wait | null>((a, b) => (a === null || lasted(b) > lasted(a) ? b : a), null)
  return {
    ...{ userId, generationMode, byPriority, perHour, steps },
    alarms: calls.length,
    technical: calls.filter(({ technical }) => technical).length,
    paused: calls.filter(({ paused }) => paused).length,
    patients: new Set(calls.map(({ patientId }) => patientId)).size,
    load: loadAt(perHour),
    flood: steps.some((count) => count >= FLOOD_PER_STEP),
    answered: answers.length,
    medianAnswerMs: median(answers.map(lasted)),
    longestMs: longest === null ? null : Math.max(0, lasted(longest)),
    open: longest !== null && isOpen(longest),
  }
}

function loadAt(perHour: number | null): NurseLoad['load'] {
  if (perHour === null) return null
  if (perHour <= ACCEPTABLE_PER_HOUR) return 'acceptable'
  return perHour <= MANAGEABLE_PER_HOUR ? 'manageable' : 'too_many'
}

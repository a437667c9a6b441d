import {
  type AlertState,
  type Assignment,
  type DegradationRung,
  DEGRADATION_RUNG_VALUES,
  type Limit,
  type LimitChange,
} from '../records.ts'
import type { PatientContext } from '../records.ts'
import type { AlertBoard } from './alert-board.ts'
import { effectiveLimits } from './effective-limits.ts'
import type { BedView, PredictionUpdate, VitalsUpdate } from './events.ts'
import { unitLimits } from './unit-limits.ts'

/** Readings of a discharged patient that are still under way do not bring the bed back; ones that go on after this do. */
const DISCHARGE_SETTLE_MS = 60_000

interface Bed {
  patientId: string
  context: PatientContext | null
  vitals: VitalsUpdate | null
  prediction: PredictionUpdate | null
}

interface AlarmSettings {
  audioPausedUntilMs: number | null
  limits: Limit[]
  effectiveLimits: Limit[]
  limitChanges: LimitChange[]
  assignment: Assignment | null
}

const UNIT_DEFAULTS: AlarmSettings = {
  audioPausedUntilMs: null,
  limits: [],
  effectiveLimits: effectiveLimits([]),
  limitChanges: [],
  assignment: null,
}

/** Every bed as it is now: who is in it, and the newest of each kind. */
export class WardBoard {
  readonly #alerts: AlertBoard
  readonly #beds = new Map<string, Bed>()
  /** Apart from the beds: after a restart raise's state may be read before who is in the bed. */
  readonly #alarmSettings = new Map<string, AlarmSettings>()
  readonly #dischargedAtMs = new Map<string, number>()

  constructor(alerts: AlertBoard) {
    this.#alerts = alerts
  }

  admit(context: PatientContext): void {
    this.#dischargedAtMs.delete(context.patientId)
    this.#bed(context.patientId).context = context
  }

  discharge(patientId: string, appendTimeMs: number): void {
    this.#beds.delete(patientId)
    this.#alarmSettings.delete(patientId)
    this.#dischargedAtMs.set(patientId, appendTimeMs)
  }

  /** A bed for a patient whose records arrive though nobody said who is in the bed: measured is better than hidden. */
  appear(patientId: string, appendTimeMs: number): 'known' | 'new' | 'discharged' {
    if (this.#beds.has(patientId)) return 'known'
    if (appendTimeMs - (this.#dischargedAtMs.get(patientId) ?? -Infinity) < DISCHARGE_SETTLE_MS) return 'discharged'
    this.#dischargedAtMs.delete(patientId)
    this.#bed(patientId)
    return 'new'
  }

  /** Keeps the newest by event time; an older one that comes later changes nothing. */
  vitals(update: VitalsUpdate): void {
    const bed = this.#bed(update.patientId)
    if (bed.vitals === null || bed.vitals.eventTimeMs <= update.eventTimeMs) bed.vitals = update
  }

  /** Returns false for a window that was seen before. */
  prediction(update: PredictionUpdate): boolean {
    const bed = this.#bed(update.patientId)
    if (bed.prediction !== null && bed.prediction.windowStartMs >= update.windowStartMs) return false
    bed.prediction = update
    return true
  }

  /** Returns whether anything a screen shows has changed. */
  state(state: AlertState): boolean {
    const { patientId, audioPausedUntilMs, limits, limitChanges, assignment } = state
    const before = this.#alarmSettings.get(patientId) ?? UNIT_DEFAULTS
    const same = isSame(before.limits, limits)
    const effective = same ? before.effectiveLimits : effectiveLimits(limits)
    const now = { audioPausedUntilMs, limits, effectiveLimits: effective, limitChanges, assignment }
    this.#alarmSettings.set(patientId, now)
    return !isSame(shownOf(before), shownOf(now))
  }

  /** Who looks after the patient; null: nobody. */
  nurseOf(patientId: string): string | null {
    return this.#alarmSettings.get(patientId)?.assignment?.userId ?? null
  }

  /** Every patient on the board. */
  ids(): string[] {
    return [...this.#beds.keys()]
  }

  /** Every unit that has a bed, in order; '' where one is of none. */
  units(): string[] {
    return [...new Set(this.ids().map((patientId) => this.unitOf(patientId)))].sort()
  }

  get count(): number {
    return this.#beds.size
  }

  has(patientId: string): boolean {
    return this.#beds.has(patientId)
  }

  unitOf(patientId: string): string {
    return this.#beds.get(patientId)?.context?.unitId ?? ''
  }

  /** '' for a patient nobody has put in a bed. */
  bedIdOf(patientId: string): string {
    return this.#beds.get(patientId)?.context?.bedId ?? ''
  }

  view(patientId: string): BedView | null {
    const bed = this.#beds.get(patientId)
    if (bed === undefined) return null
    const { context, vitals, prediction } = bed
    const settings = this.#alarmSettings.get(patientId) ?? UNIT_DEFAULTS
    return {
      patientId,
      unitId: context?.unitId ?? '',
      // Without a context the patient's number is all there is to call the bed by.
      bedId: context?.bedId ?? patientId,
      context,
      vitals,
      prediction,
      alerts: this.#alerts.standing(patientId),
      bedSequence: this.#alerts.bedSequence(patientId),
      ...settings,
      unitLimits: unitLimits(context),
    }
  }

  /** The beds of a unit, or of all, in the order of their names. */
  views(unitId?: string): BedView[] {
    const chosen = [...this.#beds.keys()].filter((id) => unitId === undefined || this.unitOf(id) === unitId)
    return chosen
      .flatMap((patientId) => this.view(patientId) ?? [])
      .sort((a, b) => byName.compare(a.unitId, b.unitId) || byName.compare(a.bedId, b.bedId))
  }

  /** The lowest rung of the ladder any bed is on; null before the first prediction. */
  lowestRung(): DegradationRung | null {
    const rungs = [...this.#beds.values()].flatMap(({ prediction }) => prediction?.rung ?? [])
    const lowest = Math.max(...rungs.map((rung) => DEGRADATION_RUNG_VALUES.indexOf(rung)))
    return DEGRADATION_RUNG_VALUES[lowest] ?? null
  }

  #bed(patientId: string): Bed {
    let bed = this.#beds.get(patientId)
    if (bed === undefined) {
      bed = { patientId, context: null, vitals: null, prediction: null }
      this.#beds.set(patientId, bed)
    }
    return bed
  }
}

const byName = new Intl.Collator('en', { numeric: true })

/** What follows from the limits is not compared: where they are the same, it is. */
function shownOf({ audioPausedUntilMs, limits, limitChanges, assignment }: AlarmSettings): readonly unknown[] {
  return [audioPausedUntilMs, limits, limitChanges, assignment]
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

import { alertOf } from './delivery-board.ts'
import type { AlertView, FeedView, Shown, SystemView, WardView } from './events.ts'
import { may, type Person, seesUnit, unitsSeen } from './person.ts'
import { ALL_UNITS, unitRoom } from './rooms.ts'
import type { Ward } from './ward.ts'

/** What a screen or a script asks to see. */
export interface Selection {
  unitId?: string | undefined
  patientId?: string | undefined
}

/** The ward as one person sees it: the own units, and nothing of the others. All that leaves the ward for somebody passes here. */
export class Sight {
  readonly #ward: Ward
  readonly #person: Person

  constructor(ward: Ward, person: Person) {
    this.#ward = ward
    this.#person = person
  }

  unit(unitId: string | null): boolean {
    return seesUnit(this.#person, unitId)
  }

  patient(patientId: string): boolean {
    return this.unit(this.#ward.unitOf(patientId))
  }

  /** By where the patient is now; the alerts of one who left belong to the unit that had them. */
  alert({ patientId, unitId }: Pick<AlertView, 'patientId' | 'unitId'>): boolean {
    return this.unit(this.#ward.unitOf(patientId) ?? unitId)
  }

  board(system: SystemView, { unitId, patientId }: Selection): WardView {
    const { beds } = this.#ward
    const bed = patientId === undefined ? undefined : beds.view(patientId)
    const chosen = bed === undefined ? beds.views(unitId) : bed === null ? [] : [bed]
    const seen = chosen.filter((one) => this.unit(one.unitId))
    return { serverTimeMs: system.serverTimeMs, beds: seen, system: this.system(system) }
  }

  /** The state of the system is everyone's, but which bed's feed is lost and who watches which unit is not. */
  system(system: SystemView): SystemView {
    const watching = this.#ward.watchers.seenBy(this.#person)
    return system.feedsLost === undefined
      ? { ...system, watching }
      : { ...system, watching, feedsLost: system.feedsLost.filter(({ unitId }) => this.unit(unitId)) }
  }

  /** The transitions a screen has not seen, oldest first, and the patients of whom some are no longer kept. */
  missed(seen: Readonly<Record<string, number>>): { missed: AlertView[]; incomplete: string[] } {
    const missed: AlertView[] = []
    const incomplete: string[] = []
    for (const [patientId, bedSequence] of Object.entries(seen)) {
      if (!this.patient(patientId)) continue
      const found = this.#ward.alerts.since(patientId, bedSequence)
      missed.push(...found.missed)
      if (!found.complete) incomplete.push(patientId)
    }
    return { missed: missed.sort((a, b) => a.eventTimeMs - b.eventTimeMs || a.bedSequence - b.bedSequence), incomplete }
  }

  /** One entry an alert, newest first. */
  alerts(limit: number, patientId?: string): AlertView[] {
    return this.#ward.alerts.newest(
      limit,
      (view) => (patientId === undefined || view.patientId === patientId) && this.alert(view),
    )
  }

  /** What a screen says it shows, as far as it is of alerts that this person sees. */
  shown({ visible, painted, standing }: Shown): Shown {
    const sees = (transitionId: string): boolean => {
      const alert = this.#ward.alerts.find(alertOf(transitionId))
      return alert !== undefined && this.alert(alert)
    }
    return { visible, painted: painted.filter(({ id }) => sees(id)), standing: standing.filter(sees) }
  }

  feeds(nowMs: number): FeedView[] {
    if (!may(this.#person, 'see-feeds')) return []
    const { feeds, beds } = this.#ward
    return feeds.views(nowMs, (patientId) => beds.bedIdOf(patientId)).filter(({ patientId }) => this.patient(patientId))
  }

  /** The rooms of a board: of one unit, or of all this person sees. */
  rooms(unitId: string | undefined): string[] {
    if (unitId !== undefined) return this.unit(unitId) ? [unitRoom(unitId)] : []
    return unitsSeen(this.#person)?.map(unitRoom) ?? [ALL_UNITS]
  }
}

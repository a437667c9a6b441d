import type { Alert, AlertState, AlertTransition } from '../records.ts'
import { standingAlerts } from './standing-alerts.ts'
import { TransitionHistory } from './transition-history.ts'
import type { AlertView } from './events.ts'
import { alertView } from './updates.ts'

interface Entry {
  view: AlertView
  raisedAppendTimeMs: number
  /** Known from alert-state alone, because the log has forgotten its transitions. */
  fromState: boolean
}

interface Bounds {
  maxAlerts: number
  maxAgeMs: number
}

/** Transitions of a look at the condition; the others keep the reasons of the look before. */
const LOOKS: ReadonlySet<AlertTransition> = new Set([
  'raised',
  'repeated',
  'condition_returned',
  'priority_changed',
  'condition_ended',
  'cleared',
])

/** Every alert of the last day as it stands now, and each bed's newest transitions. Standing alerts are never forgotten. */
export class AlertBoard {
  readonly #bounds: Bounds
  /** By alert, in the order they became known. */
  readonly #alerts = new Map<string, Entry>()
  readonly #standing = new Map<string, Set<string>>()
  readonly #histories = new Map<string, TransitionHistory>()

  constructor(bounds: Bounds = { maxAlerts: 10_000, maxAgeMs: 86_400_000 }) {
    this.#bounds = bounds
  }

  /** Takes a transition; null for one that was seen before. */
  take(alert: Alert, appendTimeMs: number): AlertView | null {
    const known = this.#alerts.get(alert.alertId)
    const raisedAppendTimeMs = Math.min(known?.raisedAppendTimeMs ?? appendTimeMs, appendTimeMs)
    const reasonsTimeMs = LOOKS.has(alert.transition) ? alert.eventTimeMs : known?.view.reasonsTimeMs
    const view: AlertView = {
      ...alertView('live', alert, raisedAppendTimeMs),
      ...(reasonsTimeMs !== undefined && { reasonsTimeMs }),
    }
    if (!this.#history(alert.patientId).add(view)) return null
    if (known === undefined || known.fromState || known.view.bedSequence <= view.bedSequence)
      this.#put({ view, raisedAppendTimeMs, fromState: false })
    return view
  }

  /** Learns from alert-state what stands although its transitions are no longer in the log, and the sequence reached. */
  restore(state: AlertState): void {
    this.#history(state.patientId).reached(state.bedSequence)
    for (const view of standingAlerts(state)) {
      if (this.#alerts.has(view.alertId)) continue
      this.#put({ view, raisedAppendTimeMs: view.raisedAppendTimeMs ?? view.onsetTimeMs, fromState: true })
    }
  }

  /** Takes note of the sequence number raise has reached for a bed. */
  reached(patientId: string, bedSequence: number): void {
    this.#history(patientId).reached(bedSequence)
  }

  /** Nobody is in the bed any more: its alerts are history, and its sequence begins anew. */
  discharge(patientId: string): void {
    this.#histories.delete(patientId)
    this.#standing.delete(patientId)
  }

  find(alertId: string): AlertView | undefined {
    return this.#alerts.get(alertId)?.view
  }

  /** A bed's alerts whose presence is not off, newest first. */
  standing(patientId: string): AlertView[] {
    const entries = [...(this.#standing.get(patientId) ?? [])].flatMap((alertId) => this.#alerts.get(alertId) ?? [])
    return newestFirst(entries)
  }

  /** One entry an alert, newest first by the time it was raised. */
  newest(limit: number, shows: (view: AlertView) => boolean = () => true): AlertView[] {
    return newestFirst([...this.#alerts.values()].filter(({ view }) => shows(view))).slice(0, limit)
  }

  bedSequence(patientId: string): number {
    return this.#histories.get(patientId)?.last ?? 0
  }

  since(patientId: string, bedSequence: number): { missed: AlertView[]; complete: boolean } {
    return this.#histories.get(patientId)?.since(bedSequence) ?? { missed: [], complete: bedSequence === 0 }
  }

  /** Lets go of ended alerts that were raised longer ago than is kept. */
  forget(nowMs: number): void {
    for (const [alertId, entry] of this.#alerts) {
      const old = nowMs - entry.raisedAppendTimeMs > this.#bounds.maxAgeMs
      if (old && !this.#stands(entry)) this.#alerts.delete(alertId)
    }
  }

  #put(entry: Entry): void {
    const { view } = entry
    this.#alerts.set(view.alertId, entry)
    const standing = this.#standing.get(view.patientId) ?? new Set()
    if (view.presence === 'off') standing.delete(view.alertId)
    else standing.add(view.alertId)
    this.#standing.set(view.patientId, standing)
    if (this.#alerts.size <= this.#bounds.maxAlerts) return
    for (const [alertId, old] of this.#alerts)
      if (!this.#stands(old)) {
        this.#alerts.delete(alertId)
        return
      }
  }

  #stands({ view }: Entry): boolean {
    return this.#standing.get(view.patientId)?.has(view.alertId) === true
  }

  #history(patientId: string): TransitionHistory {
    let history = this.#histories.get(patientId)
    if (history === undefined) this.#histories.set(patientId, (history = new TransitionHistory()))
    return history
  }
}

function newestFirst(entries: readonly Entry[]): AlertView[] {
  return [...entries]
    .sort((a, b) => b.raisedAppendTimeMs - a.raisedAppendTimeMs || b.view.bedSequence - a.view.bedSequence)
    .map(({ view }) => view)
}

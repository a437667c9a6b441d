import type { Shown } from './events.ts'

/** A screen says every two seconds what it has; one that has said nothing for so long has nothing. */
const WORD_HOLDS_MS = 5_000
/** Transitions whose way to the paint is still measured. */
const TOLD_KEPT = 5_000

interface Screen {
  visible: boolean
  saidAtMs: number
  alertIds: Set<string>
}

/** A screen that has shown an alert, and the server's time of the first frame with it as the screen knows it. */
export interface ShownBy {
  screenId: string
  atMs: number
}

/** Which screen has shown which alert, and which shows it now, by what screens say of what they have painted. */
export class DeliveryBoard {
  readonly #screens = new Map<string, Screen>()
  readonly #shownBy = new Map<string, Map<string, number>>()
  /** Append time by transition, oldest first. */
  readonly #told = new Map<string, number>()

  /** A transition is on its way to the screens. */
  told(transitionId: string, appendTimeMs: number): void {
    this.#told.set(transitionId, appendTimeMs)
    if (this.#told.size <= TOLD_KEPT) return
    for (const oldest of this.#told.keys()) {
      this.#told.delete(oldest)
      return
    }
  }

  /** What a screen says; gives back how long each painted transition took from the log to the frame. */
  shown(screenId: string, { visible, painted, standing }: Shown, nowMs: number, monotonicMs: number): number[] {
    const screen = this.#screens.get(screenId) ?? { visible, saidAtMs: monotonicMs, alertIds: new Set<string>() }
    this.#screens.set(screenId, screen)
    screen.visible = visible
    screen.saidAtMs = monotonicMs
    const tookMs: number[] = []
    for (const { id, atMs } of painted) {
      const appendTimeMs = this.#told.get(id)
      if (this.#take(screenId, screen, id, atMs) && appendTimeMs !== undefined)
        tookMs.push(Math.min(Math.max(0, atMs - appendTimeMs), Math.max(0, nowMs - appendTimeMs)))
    }
    for (const id of standing) this.#take(screenId, screen, id, nowMs)
    return tookMs
  }

  /** A screen is connected no more. That it showed what it showed is kept. */
  gone(screenId: string): void {
    this.#screens.delete(screenId)
  }

  /** Whether a page that can be seen has the alert on it now. */
  shows(alertId: string, monotonicMs: number): boolean {
    for (const { visible, saidAtMs, alertIds } of this.#screens.values())
      if (visible && monotonicMs - saidAtMs <= WORD_HOLDS_MS && alertIds.has(alertId)) return true
    return false
  }

  screensOf(alertId: string): ShownBy[] {
    return [...(this.#shownBy.get(alertId) ?? [])].map(([screenId, atMs]) => ({ screenId, atMs }))
  }

  /** Lets go of alerts that are no longer kept. */
  forget(isKept: (alertId: string) => boolean): void {
    for (const alertId of this.#shownBy.keys()) if (!isKept(alertId)) this.#shownBy.delete(alertId)
    for (const { alertIds } of this.#screens.values())
      for (const alertId of alertIds) if (!isKept(alertId)) alertIds.delete(alertId)
  }

  /** Returns whether the transition counts. */
  #take(screenId: string, screen: Screen, transitionId: string, atMs: number): boolean {
    const alertId = alertOf(transitionId)
    if (alertId === '') return false
    screen.alertIds.add(alertId)
    const shownBy = this.#shownBy.get(alertId) ?? new Map<string, number>()
    this.#shownBy.set(alertId, shownBy)
    if (!shownBy.has(screenId)) shownBy.set(screenId, atMs)
    return true
  }
}

/** Ids of transitions are `<alert>-<number>`; '' where it is none. */
export function alertOf(transitionId: string): string {
  return transitionId.slice(0, transitionId.lastIndexOf('-'))
}

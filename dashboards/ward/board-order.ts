import type { Priority } from '../../src/records.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { isUnanswered } from './alert-order.ts'

export const BOARD_ORDERS = ['bed', 'urgency'] as const
export type BoardOrder = (typeof BOARD_ORDERS)[number]

/** What of a bed decides where it stands on the board. */
export interface BedUrgency {
  patientId: string
  unitId: string
  bedId: string
  standing: readonly Pick<AlertView, 'priority' | 'presence' | 'kind' | 'escalationLevel'>[]
  /** Nothing has come for so long that no number is shown. */
  noData: boolean
  /** Of the newest window while it speaks for now; null: not scored. */
  risk: number | null
}

const byName = new Intl.Collator('en', { numeric: true })
const RANK = { high: 3, medium: 2, low: 1 } as const satisfies Record<Priority, number>

/** Risks nearer to each other than this stand in the order of their beds, or tiles would change places with every window. */
const RISK_STEP = 0.1

export function byBed(a: BedUrgency, b: BedUrgency): number {
  return byName.compare(a.unitId, b.unitId) || byName.compare(a.bedId, b.bedId)
}

/**
 * The bed that needs someone first comes first: the highest priority that nobody answered, the patient before the
 * equipment; then how often it was escalated; then beds of which nothing is known now; then the higher risk; then the bed.
 */
export function byUrgency(a: BedUrgency, b: BedUrgency): number {
  return (
    priorityOf(b) - priorityOf(a) ||
    escalationOf(b) - escalationOf(a) ||
    Number(b.noData) - Number(a.noData) ||
    riskStep(b) - riskStep(a) ||
    byBed(a, b)
  )
}

/** The patients in the order chosen. */
export function orderedBeds(beds: readonly BedUrgency[], order: BoardOrder): string[] {
  return [...beds].sort(order === 'bed' ? byBed : byUrgency).map(({ patientId }) => patientId)
}

function priorityOf({ standing }: BedUrgency): number {
  const open = standing.filter(isUnanswered)
  return Math.max(0, ...open.map(({ priority, kind }) => RANK[priority] - (kind === 'technical' ? 0.5 : 0)))
}

function escalationOf({ standing }: BedUrgency): number {
  return Math.max(0, ...standing.filter(isUnanswered).map(({ escalationLevel }) => escalationLevel))
}

function riskStep({ risk }: BedUrgency): number {
  return risk === null ? -1 : Math.floor(risk / RISK_STEP + 1e-9)
}

/** How long an order stands at least before tiles change places. */
export const HELD_MS = 5_000

/**
 * The order that is shown. It follows the wanted one at once when beds come or go, and else only after it has stood for
 * HELD_MS and nobody is at the board: a tile that moves away under a finger would have another bed's alert acknowledged.
 */
export class HeldOrder {
  #shown: readonly string[] = []
  #chosen: string | null = null
  #sinceMs = -Infinity

  /** `chosen`: what a person chose of the order. `touched`: a pointer or the focus is on the board now. */
  next(wanted: readonly string[], chosen: string, touched: boolean, nowMs: number): readonly string[] {
    const sameBeds = wanted.length === this.#shown.length && this.#shown.every((id) => wanted.includes(id))
    const held = sameBeds && chosen === this.#chosen && (touched || nowMs - this.#sinceMs < HELD_MS)
    if (held) return this.#shown
    const kept = !sameBeds && chosen === this.#chosen && touched ? joined(this.#shown, wanted) : wanted
    if (kept.join('\n') !== this.#shown.join('\n')) this.#sinceMs = nowMs
    this.#shown = kept
    this.#chosen = chosen
    return kept
  }
}

/** While someone is at the board the beds that stay keep their order; new ones come last. */
export function joined(shown: readonly string[], wanted: readonly string[]): string[] {
  const there = new Set(wanted)
  const known = new Set(shown)
  return [...shown.filter((id) => there.has(id)), ...wanted.filter((id) => !known.has(id))]
}

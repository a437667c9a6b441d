import { type Person, seesUnit, unitsSeen } from './person.ts'
import type { ScreenUse, Shown } from './shown.ts'
import type { WardBoard } from './ward-board.ts'

/** A screen that a person uses, as another person is told of it. */
export interface Watcher {
  name: string
  /** Whose beds are on its board, as far as the other sees them too; null: all units. */
  units: readonly string[] | null
  /** The bed that is open on it; null: none, or one that is not the other's to see. */
  bedId: string | null
  wall: boolean
  /** Whether the page can be seen now. */
  visible: boolean
  sound: boolean
}

/** Who watches, and what nobody would hear: of the screens of this process. */
export interface Watching {
  /** At most 64. */
  screens: Watcher[]
  /** How many are not listed. */
  more: number
  /** Of all of them, those whose page can be seen. */
  inSight: number
  /** Units with beds whose alarms no screen sounds that can be seen. */
  silentUnits: string[]
}

interface Screen {
  person: Person
  /** What it asked for; null: no board yet. */
  board: { unitId: string | undefined } | null
  patientId: string | null
  visible: boolean
  saidAtMs: number
  /** Null: its page never said that it shows anything, as a script's does not. */
  use: ScreenUse | null
}

const LISTED = 64
/** A screen says every two seconds that it is seen; one that has said nothing for so long is not. */
const WORD_HOLDS_MS = 5_000
const NO_USE: ScreenUse = { sound: false, wall: false }

/** Which people's screens watch what, by what they asked for and what their pages say. A script has no page, and is none. */
export class Watchers {
  readonly #beds: Pick<WardBoard, 'units' | 'has' | 'unitOf' | 'bedIdOf'>
  readonly #screens = new Map<string, Screen>()

  constructor(beds: Pick<WardBoard, 'units' | 'has' | 'unitOf' | 'bedIdOf'>) {
    this.#beds = beds
  }

  /** A board takes the place of the board and bed before it; a bed is shown beside the board. */
  asked(
    screenId: string,
    person: Person,
    { unitId, patientId }: { unitId?: string | undefined; patientId?: string | undefined },
  ): void {
    const before = this.#screens.get(screenId)
    const board = patientId === undefined ? { unitId } : (before?.board ?? null)
    const said = before ?? { visible: false, saidAtMs: -Infinity, use: null }
    this.#screens.set(screenId, { ...said, person, board, patientId: patientId ?? null })
  }

  said(screenId: string, { visible, use = NO_USE }: Pick<Shown, 'visible' | 'use'>, monotonicMs: number): void {
    const screen = this.#screens.get(screenId)
    if (screen !== undefined) Object.assign(screen, { visible, saidAtMs: monotonicMs, use })
  }

  gone(screenId: string): void {
    this.#screens.delete(screenId)
  }

  /** To be called every second: a screen that says nothing any more cannot be seen. */
  look(monotonicMs: number): void {
    for (const screen of this.#screens.values())
      if (monotonicMs - screen.saidAtMs > WORD_HOLDS_MS) screen.visible = false
  }

  /** What one person is told: of the own units alone. */
  seenBy(person: Person): Watching {
    const all = [...this.#screens.values()].flatMap((screen) => this.#seenBy(person, screen) ?? []).sort(inOrder)
    return {
      screens: all.slice(0, LISTED),
      more: Math.max(0, all.length - LISTED),
      inSight: all.filter(({ visible }) => visible).length,
      silentUnits: this.#beds.units().filter((unitId) => seesUnit(person, unitId) && !this.#isHeard(unitId)),
    }
  }

  #isHeard(unitId: string): boolean {
    return [...this.#screens.values()].some(
      ({ person, board, visible, use }) =>
        visible &&
        use?.sound === true &&
        board !== null &&
        (board.unitId ?? unitId) === unitId &&
        seesUnit(person, unitId),
    )
  }

  #seenBy(other: Person, { person, board, patientId, visible, use }: Screen): Watcher | null {
    if (board === null || use === null) return null
    // A board of a unit without beds shows all there are.
    const drawn = use.unitId !== undefined && this.#beds.units().includes(use.unitId) ? use.unitId : undefined
    const units = unitsOf(person, [drawn, board.unitId])
    const own =
      units === null
        ? other.units === 'all'
          ? null
          : named(other.units)
        : units.filter((unitId) => seesUnit(other, unitId))
    if (own?.length === 0) return null
    const unitOfBed = patientId !== null && this.#beds.has(patientId) ? this.#beds.unitOf(patientId) : null
    const isTold = unitOfBed !== null && seesUnit(person, unitOfBed) && seesUnit(other, unitOfBed)
    const bedId = isTold && patientId !== null ? this.#beds.bedIdOf(patientId) || patientId : null
    return { name: person.name, units: own, bedId, wall: use.wall || isWall(person), visible, sound: use.sound }
  }
}

/** The unit that was chosen, where the person sees it; else all that person sees, null for all there are. */
function unitsOf(person: Person, choices: readonly (string | undefined)[]): readonly string[] | null {
  const chosen = choices.find((unitId) => unitId !== undefined && seesUnit(person, unitId))
  if (chosen !== undefined) return [chosen]
  const seen = unitsSeen(person)
  return seen === null ? null : named(seen)
}

/** Beds of no unit are everyone's, so that nobody's board is told by them, but where there is nothing else. */
function named(units: readonly string[]): readonly string[] {
  const own = units.filter((unitId) => unitId !== '')
  return own.length === 0 ? [''] : own
}

function isWall({ roles }: Person): boolean {
  return roles.every((role) => role === 'kiosk')
}

const byName = new Intl.Collator('en', { numeric: true })

function inOrder(a: Watcher, b: Watcher): number {
  return (
    byName.compare(a.units?.join() ?? '', b.units?.join() ?? '') ||
    Number(a.wall) - Number(b.wall) ||
    byName.compare(a.name, b.name)
  )
}

import { effect, signal } from '@preact/signals'
import type { NursesView, NurseView } from '../../src/watch/nurse-view.ts'
import { seesUnit } from '../../src/watch/person.ts'
import { fetchJson } from './api.ts'
import { link } from './connection.ts'
import { mayDo } from './me.ts'
import { ward } from './watch.ts'

/** Whom the patients on this screen can be given; null before it was read, or when it could not be. */
export const nurses = signal<NursesView | null>(null)

/** Asked when the board is read, when somebody unknown is assigned and when a person chooses: never by the clock, which would keep a session. */
export async function readNurses(): Promise<void> {
  const answer = await fetchJson<NursesView>('/api/nurses')
  nurses.value = answer.ok ? answer.value : null
}

/** Whom a patient of this unit can be given. */
export function nursesOf(unitId: string): readonly NurseView[] {
  return (nurses.value?.nurses ?? []).filter((nurse) => seesUnit(nurse, unitId))
}

/** False where it is known that nobody of this name can look after patients of the unit here. */
export function hasAccount(userId: string, unitId: string): boolean {
  const known = nurses.value
  return known === null || known.anyName || nursesOf(unitId).some((nurse) => nurse.userId === userId)
}

export function startNurses(): void {
  let read = ''
  effect(() => {
    if (link.value.state !== 'live' || !mayDo('see-patients')) {
      read = ''
      return
    }
    const assigned = ward.beds.value.flatMap(({ assignment }) => assignment.value?.userId ?? [])
    const known = new Set(nurses.peek()?.nurses.map(({ userId }) => userId))
    const now = JSON.stringify([...new Set(assigned)].filter((userId) => !known.has(userId)).sort())
    if (now === read) return
    read = now
    void readNurses()
  })
}

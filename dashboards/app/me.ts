import { computed, effect, signal } from '@preact/signals'
import type { Deed, Person } from '../../src/watch/person.ts'
import { fetchJson, postJson } from './api.ts'
import { names, readNamesBy } from './names.ts'

/** Who is at this screen, as the server knows it. */
export interface Me extends Person {
  deeds: Deed[]
  how: 'session' | 'token' | 'open'
  endsAtMs: number | null
  /** When the session ends whatever is done; null: it does not. */
  latestEndMs: number | null
}

/** Null before the server has said it, and while nobody is signed in. */
export const me = signal<Me | null>(null)

const deeds = computed<ReadonlySet<Deed>>(() => new Set(me.value?.deeds ?? []))

/** Whether to show the way to a deed. The server decides anew when it is done. */
export function mayDo(deed: Deed): boolean {
  return deeds.value.has(deed)
}

/** Whether beds can be this person's: somebody with a name who may answer for them. */
export function hasOwnBeds(): boolean {
  return me.value?.how === 'session' && mayDo('assign-nurses')
}

/** Asks who is here; the screen shows what is that person's. */
export async function askWhoIsHere(): Promise<Me | null> {
  const answer = await fetchJson<Me>('/api/me')
  me.value = answer.ok ? answer.value : null
  if (answer.ok) void readNames()
  return me.value
}

export async function readNames(): Promise<void> {
  const answer = await fetchJson<Record<string, string>>('/api/names')
  if (answer.ok) names.value = answer.value
}

export async function signOut(): Promise<void> {
  await postJson('/api/sign-out', {})
  me.value = null
}

readNamesBy(() => void readNames())

/** The style sheets hide the ways to what this person may not do; see may.css. */
effect(() => {
  document.documentElement.dataset['may'] = [...deeds.value].join(' ')
})

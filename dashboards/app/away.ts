import { computed, signal } from '@preact/signals'
import type { AlertView } from '../../src/watch/events.ts'
import { type Absence, type MissedAlert, missedAlerts } from '../ward/missed.ts'

/** What was last seen on this tab, and what was missed and not closed yet: both outlive a reload. */
const SEEN_KEY = 'vigil-seen'
const MISSED_KEY = 'vigil-missed'
const WHO_KEY = 'vigil-seen-by'
const ABSENCES_KEPT = 20

interface Seen {
  /** The server's time. */
  atMs: number
  sequences: Record<string, number>
}

/** Stretches in which nobody saw this screen and something was raised, oldest first, until a person closes them. */
export const absences = signal<readonly Absence[]>(kept<Absence[]>(MISSED_KEY) ?? [])
export const missedIds = computed<ReadonlySet<string>>(
  () => new Set(absences.value.flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId))),
)

let seen: Seen | null = kept<Seen>(SEEN_KEY)
/** The server's time since when nobody sees this screen; null: somebody may. A tab that was reloaded was away. */
let awayFromMs: number | null = seen?.atMs ?? null
const unseen = new Map<string, AlertView>()

absences.subscribe((known) => keep(MISSED_KEY, known.length === 0 ? null : known))

/** Somebody else at this tab has seen nothing and missed nothing yet, and sees nothing of what the one before did. */
export function belongsTo(personId: string): void {
  if (kept<string>(WHO_KEY) !== personId && kept<string>(WHO_KEY) !== null) {
    seen = null
    awayFromMs = null
    unseen.clear()
    absences.value = []
    keep(SEEN_KEY, null)
  }
  keep(WHO_KEY, personId)
}

/** Takes note of what a person can see now. */
export function saw(atMs: number, sequences: Record<string, number>): void {
  if (awayFromMs !== null) return
  seen = { atMs, sequences }
  keep(SEEN_KEY, seen)
}

/** The sequence numbers up to which this tab has shown the transitions, also before it was reloaded. */
export function seenSequences(): Record<string, number> {
  return seen?.sequences ?? {}
}

/** From here on nobody sees this screen. */
export function leave(): void {
  awayFromMs ??= seen?.atMs ?? null
}

/** Transitions that nobody has seen, as they came or as they were asked for. */
export function unseenCame(transitions: readonly AlertView[]): void {
  // The first look at a ward has missed nothing.
  if (awayFromMs === null) awayFromMs = seen?.atMs ?? null
  for (const transition of transitions) unseen.set(transition.transitionId, transition)
}

/** A missed alert that ends later is told as over, too. */
export function ended({ alertId, presence, eventTimeMs }: AlertView): void {
  if (presence !== 'off' || !missedIds.peek().has(alertId)) return
  const over = (alert: MissedAlert): MissedAlert =>
    alert.alertId === alertId ? { ...alert, overAtMs: alert.overAtMs ?? eventTimeMs } : alert
  absences.value = absences.peek().map((absence) => ({ ...absence, alerts: absence.alerts.map(over) }))
}

export function isAway(): boolean {
  return awayFromMs !== null
}

/** Somebody can see it again, and all that stands has been read: what was raised meanwhile is told until it is closed. */
export function back(toMs: number): void {
  const fromMs = awayFromMs
  const transitions = [...unseen.values()].sort(
    (a, b) => a.eventTimeMs - b.eventTimeMs || a.bedSequence - b.bedSequence,
  )
  awayFromMs = null
  unseen.clear()
  if (fromMs === null) return
  const alerts = missedAlerts(transitions)
  if (alerts.length > 0) absences.value = [...absences.peek(), { fromMs, toMs, alerts }].slice(-ABSENCES_KEPT)
}

export function closeMissed(absence: Absence): void {
  absences.value = absences.peek().filter((each) => each !== absence)
}

function kept<T>(key: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

/** A storage that is full or forbidden loses what a reload would need, and nothing else. */
function keep(key: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(value))
  } catch {
    return
  }
}

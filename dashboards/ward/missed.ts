import type { AlertView } from '../../src/watch/events.ts'
import type { ConditionKind, Priority } from '../../src/records.ts'
import { PRIORITY_RANK } from './alert-order.ts'
import { headline } from './alert-reasons.ts'

/** An alert that asked for a person while nobody could see this screen. */
export interface MissedAlert {
  alertId: string
  patientId: string
  bedId: string
  priority: Priority
  kind: ConditionKind
  text: string
  /** Null: it had been raised before. */
  raisedAtMs: number | null
  /** Null: it stands. */
  overAtMs: number | null
  escalationLevel: number
}

/** A stretch of the server's time in which nobody saw this screen. */
export interface Absence {
  fromMs: number
  toMs: number
  alerts: MissedAlert[]
}

const UNWATCHED = 'technical:unwatched'
const ASKS: ReadonlySet<string> = new Set(['raised', 'repeated', 'condition_returned', 'priority_changed', 'escalated'])

/** What these transitions, oldest first, come to: one entry an alert, the most urgent first, then the newest. */
export function missedAlerts(transitions: readonly AlertView[]): MissedAlert[] {
  const byAlert = new Map<string, AlertView[]>()
  for (const transition of transitions) {
    // That no screen showed it is what this is about.
    if (transition.condition === UNWATCHED) continue
    const known = byAlert.get(transition.alertId)
    if (known === undefined) byAlert.set(transition.alertId, [transition])
    else known.push(transition)
  }
  return [...byAlert.values()].flatMap(missedOf).sort(inOrder)
}

function missedOf(transitions: readonly AlertView[]): MissedAlert[] {
  const last = transitions.at(-1)
  if (last === undefined || !transitions.some(asks)) return []
  const worst = transitions.reduce((a, b) => (PRIORITY_RANK[b.priority] < PRIORITY_RANK[a.priority] ? b : a))
  const raised = transitions.find(({ transition }) => transition === 'raised')
  return [
    {
      alertId: last.alertId,
      patientId: last.patientId,
      bedId: last.bedId === '' ? last.patientId : last.bedId,
      priority: worst.priority,
      kind: last.kind,
      text: headline(transitions.find(asks) ?? last),
      raisedAtMs: raised?.eventTimeMs ?? null,
      overAtMs: last.presence === 'off' ? last.eventTimeMs : null,
      escalationLevel: Math.max(...transitions.map(({ escalationLevel }) => escalationLevel)),
    },
  ]
}

/** Easing asks for nobody. */
function asks({ transition, presence }: AlertView): boolean {
  return ASKS.has(transition) && presence !== 'acknowledged'
}

function inOrder(a: MissedAlert, b: MissedAlert): number {
  return PRIORITY_RANK[a.priority] - PRIORITY_RANK[b.priority] || (b.raisedAtMs ?? 0) - (a.raisedAtMs ?? 0)
}

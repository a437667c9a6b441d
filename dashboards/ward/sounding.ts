import type { AlertView } from '../../src/watch/events.ts'
import type { ConditionKind, Priority } from '../../src/records.ts'
import { PRIORITY_RANK } from './alert-order.ts'

/** What must be heard: how urgent, of the patient or of the equipment, and how long nobody has answered. */
export interface Sounding {
  priority: Priority
  kind: ConditionKind
  /** Level of escalation. */
  level: number
  /** The condition is over and nobody has looked: the same signal, as rarely as its priority allows. */
  reminder: boolean
}

/**
 * What sounds of these alerts, or null. All that nobody answered sounds until somebody does (a latching alarm signal, IEC
 * 60601-1-8): what ended was there, and nothing falls silent by itself. An ended medium one only reminds.
 */
export function sounding(alerts: Iterable<AlertView>): Sounding | null {
  let loudest: Sounding | null = null
  for (const { presence, priority, kind, escalationLevel: level } of alerts) {
    if (presence !== 'on' && presence !== 'latched') continue
    const reminder = presence === 'latched' && priority !== 'high'
    const one = { priority, kind, level, reminder }
    if (loudest === null || isLouder(one, loudest)) loudest = one
  }
  return loudest
}

function isLouder(a: Sounding, b: Sounding): boolean {
  return (
    (PRIORITY_RANK[a.priority] - PRIORITY_RANK[b.priority] ||
      Number(a.reminder) - Number(b.reminder) ||
      Number(a.kind === 'technical') - Number(b.kind === 'technical') ||
      b.level - a.level) < 0
  )
}

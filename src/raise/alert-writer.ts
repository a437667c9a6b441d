import type { Log } from '../ingest/log.ts'
import { outbound } from '../ingest/outbound.ts'
import type { Outbound } from '../reading.ts'
import type { AlertState } from '../records.ts'
import type { Write } from './partition-alarms.ts'

/**
 * Puts alerts and the states that know of them into the log, so that neither is ever there alone: in one append where it
 * is atomic; else the states first, each with its alerts in its outbox, which whoever restores the state sends again.
 *
 * `isOurs` is asked before each append that is not atomic. States that land after another has taken over are passed over by
 * who restores them; their alerts must then not follow, since the other has given their numbers to its own. `lost`: they did not.
 */
export async function writeAlerts(
  log: Log,
  writes: readonly Write[],
  deadLetters: readonly Outbound[],
  isOurs: () => Promise<boolean>,
): Promise<'written' | 'lost'> {
  const alerts: Outbound[] = []
  const states: Outbound[] = []
  for (const write of writes) {
    const own = write.alerts.map((alert) => outbound('alerts', alert))
    alerts.push(...own)
    const outbox = log.atomicAppend ? [] : own.flatMap(({ value }) => (value === null ? [] : [Buffer.from(value)]))
    states.push(outbound('alert-state', { ...write.state, outbox }))
  }
  const rest = [...alerts, ...deadLetters]
  const steps = log.atomicAppend ? [[...states, ...rest]] : [states, rest]
  for (const step of steps) {
    if (step.length === 0) continue
    if (!log.atomicAppend && !(await isOurs())) return 'lost'
    await log.append(step)
  }
  return 'written'
}

/** The alerts of a state's last write, which may not have reached their topic; their ids are the same. */
export function outboxOf({ patientId, outbox }: AlertState): Outbound[] {
  return outbox.map((value) => ({ topic: 'alerts', key: patientId, value }))
}

import { type Log } from '../ingest/log.ts'
import { outbound } from '../ingest/outbound.ts'
import { type Outbound } from '../reading.ts'
import { type AlertState } from '../records.ts'
import { type Write } from './partition-alarms.ts'

/**
 * Puts alerts and the states that know of them into the log, so that neither is ever there alone: in one append where it
 * is atomic; else the states first, each with its alerts in its outbox, which whoever restores the state sends again.
 */
export async function writeAlerts(log: Log, writes: readonly Write[], deadLetters: readonly Outbound[]): Promise<void> {
  const alerts: Outbound[] = []
  const states: Outbound[] = []
  for (const write of writes) {
    const own = write.alerts.map((alert) => outbound('alerts', alert))
    alerts.push(...own)
    const outbox = log.atomicAppend ? [] : own.flatMap(({ value }) => (value === null ? [] : [Buffer.from(value)]))
    states.push(outbound('alert-state', { ...write.state, outbox }))
  }
  const rest = [...alerts, ...deadLetters]
  if (log.atomicAppend) {
    if (states.length + rest.length > 0) await log.append([...states, ...rest])
    return
  }
  if (states.length > 0) await log.append(states)
  if (rest.length > 0) await log.append(rest)
}

/** The alerts of a state's last write, which may not have reached their topic; their ids are the same. */
export function outboxOf({ patientId, outbox }: AlertState): Outbound[] {
  return outbox.map((value) => ({ topic: 'alerts', key: patientId, value }))
}

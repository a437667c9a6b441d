import type { AlertView } from '../../src/watch/events.ts'
import { isUnanswered } from './alert-order.ts'
import { joined } from './board-order.ts'

/** The alerts of one bed, as one thing to go to. */
export interface BedGroup {
  patientId: string
  bedId: string
  /** The most urgent first. */
  alerts: readonly AlertView[]
}

/** The bed with the most urgent alert first; of alerts that stand, in their order. */
export function bedGroups(standing: readonly AlertView[]): BedGroup[] {
  const groups = new Map<string, AlertView[]>()
  for (const alert of standing) {
    const known = groups.get(alert.patientId)
    if (known === undefined) groups.set(alert.patientId, [alert])
    else known.push(alert)
  }
  return [...groups].map(([patientId, alerts]) => ({ patientId, bedId: alerts[0]?.bedId || patientId, alerts }))
}

/** 3 alerts, 1 answered. */
export function groupWords({ alerts }: Pick<BedGroup, 'alerts'>): string {
  const answered = alerts.filter((alert) => !isUnanswered(alert)).length
  const count = `${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}`
  return answered === 0 ? count : answered === alerts.length ? `${count}, answered` : `${count}, ${answered} answered`
}

/** The order of the list: patients, and alerts by id. */
export interface ListOrder {
  beds: readonly string[]
  alerts: readonly string[]
}

export function orderOf(groups: readonly BedGroup[]): ListOrder {
  return {
    beds: groups.map(({ patientId }) => patientId),
    alerts: groups.flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId)),
  }
}

/**
 * The order to show: the wanted one, but under a pointer what stands keeps its place and what is new comes last, or a
 * button would move away under the finger and another alert be answered.
 */
export function heldOrder(shown: ListOrder, wanted: ListOrder, pointed: boolean): ListOrder {
  if (!pointed) return wanted
  return { beds: joined(shown.beds, wanted.beds), alerts: joined(shown.alerts, wanted.alerts) }
}

/** The groups in an order that names each of them. */
export function inListOrder(groups: readonly BedGroup[], { beds, alerts }: ListOrder): BedGroup[] {
  const place = new Map(alerts.map((alertId, at) => [alertId, at]))
  const of = (alert: AlertView): number => place.get(alert.alertId) ?? Infinity
  return [...groups]
    .sort((a, b) => beds.indexOf(a.patientId) - beds.indexOf(b.patientId))
    .map((group) => ({ ...group, alerts: [...group.alerts].sort((a, b) => of(a) - of(b)) }))
}

import type { Alert } from '../reading.ts'
import type { Archive } from './archive.ts'
import { ALERT_COLUMNS } from './stretch-queries.ts'

export interface AlertHistoryRequest {
  limit: number
  /** Only alerts whose condition began before. */
  beforeMs?: number
  patientId?: string
}

/** An alert as it ended up: its newest transition, and when it was first raised. */
export type PastAlert = Alert & { raisedAtMs: number }

const NEWEST = `
  with raised as (
    select alert_id as raised_id, event_time as raised_at from alerts
    where transition = 'raised'
      and ($2::float8 is null or event_time < to_timestamp($2::float8 / 1000))
      and ($3::text is null or patient_id = $3::text)
    order by event_time desc limit $1::int
  )
  select ${ALERT_COLUMNS}, epoch_ms(raised_at) as "raisedAtMs"
  from raised cross join lateral (
    select * from alerts where alert_id = raised_id order by bed_sequence desc limit 1
  ) as newest
  order by raised_at desc, bed_sequence desc`

const TRANSITIONS = `
  select ${ALERT_COLUMNS} from alerts where alert_id = $1::text order by bed_sequence`

/** Alerts by the time they were raised, newest first, one entry each. */
export function readAlerts(archive: Archive, request: AlertHistoryRequest): Promise<PastAlert[]> {
  return archive.query<PastAlert>(NEWEST, [request.limit, request.beforeMs ?? null, request.patientId ?? null])
}

/** All that happened to one alert, oldest first. */
export function readTransitions(archive: Archive, alertId: string): Promise<Alert[]> {
  return archive.query<Alert>(TRANSITIONS, [alertId])
}

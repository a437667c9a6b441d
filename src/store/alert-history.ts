import type { Alert, Numeric } from '../reading.ts'
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

/** An alert as it ended up, and when it was over; null: it stands. */
export type AlertWithin = Alert & { endedTimeMs: number | null }

export type ValueAt = Numeric & { value: number; eventTimeMs: number }

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

/**
 * By alert: how it is now, and when it was over. Its newest transition may be what somebody said of it afterwards, so the
 * end is the first that put it off; one that is not off now has none.
 */
const WITHIN = `
  select ${ALERT_COLUMNS}, case when presence = 'off' then epoch_ms(off_time) end as "endedTimeMs"
  from (
    select *, min(event_time) filter (where presence = 'off') over of_alert as off_time,
      row_number() over (partition by alert_id order by bed_sequence desc) as place
    from alerts
    where patient_id = $1::text and onset_time < to_timestamp($3::float8 / 1000)
    window of_alert as (partition by alert_id)
  ) as told
  where place = 1 and (presence <> 'off' or off_time >= to_timestamp($2::float8 / 1000))
  order by onset_time desc, bed_sequence desc limit $4::int`

/** Of each numeric the last value that can be trusted, up to a moment. */
const VALUES_AT = `
  select distinct on (code) code, value, unit, validity, epoch_ms(event_time) as "eventTimeMs"
  from numerics
  where patient_id = $1::text and event_time <= to_timestamp($2::float8 / 1000)
    and event_time > to_timestamp($2::float8 / 1000) - interval '30 minutes'
    and value is not null and validity in ('valid', 'questionable')
  order by code, event_time desc`

/** Alerts by the time they were raised, newest first, one entry each. */
export function readAlerts(archive: Archive, request: AlertHistoryRequest): Promise<PastAlert[]> {
  return archive.query<PastAlert>(NEWEST, [request.limit, request.beforeMs ?? null, request.patientId ?? null])
}

/** All that happened to one alert, oldest first. */
export function readTransitions(archive: Archive, alertId: string): Promise<Alert[]> {
  return archive.query<Alert>(TRANSITIONS, [alertId])
}

/** Alerts of a patient of which any part lies in `[fromMs, toMs)`, newest first, at most `limit`. */
export function readAlertsWithin(
  archive: Archive,
  { patientId, fromMs, toMs, limit }: { patientId: string; fromMs: number; toMs: number; limit: number },
): Promise<AlertWithin[]> {
  return archive.query<AlertWithin>(WITHIN, [patientId, fromMs, toMs, limit])
}

/** What was measured of a patient at a moment, and not longer than half an hour before. */
export function readValuesAt(archive: Archive, patientId: string, atMs: number): Promise<ValueAt[]> {
  return archive.query<ValueAt>(VALUES_AT, [patientId, atMs])
}

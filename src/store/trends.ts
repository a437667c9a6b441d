import type { GenerationMode } from '../reading.ts'
import type { Archive } from './archive.ts'

export interface TrendRequest {
  patientId: string
  /** A numeric, see NUMERICS in reading.ts. */
  code: string
  fromMs: number
  /** Exclusive. */
  toMs: number
  /** How many buckets to cut the time into; where it does not begin on a bucket, there is one more. */
  points: number
}

/** One bucket of a trend, from the values that can be trusted. A bucket without any is not there: nothing is drawn over a gap. */
export interface TrendPoint {
  timeMs: number
  lowest: number
  highest: number
  mean: number
  readings: number
  /** Real, test and demo values are never put into one point. */
  generationMode: GenerationMode
}

const MINUTE_MS = 60_000

const bucket = (place: string): string => `time_bucket(${place}::float8 * interval '1 millisecond', `
const SPAN = (column: string): string =>
  `patient_id = $1::text and code = $2::text
    and ${column} >= to_timestamp($3::float8 / 1000) and ${column} < to_timestamp($4::float8 / 1000)`

const FROM_NUMERICS = `
  select epoch_ms(${bucket('$5')} event_time)) as "timeMs", min(value) as lowest, max(value) as highest, avg(value) as mean,
    count(value)::int as readings, generation_mode as "generationMode"
  from numerics
  where ${SPAN('event_time')} and value is not null and validity in ('valid', 'questionable')
  group by 1, generation_mode order by 1`

const FROM_MINUTES = `
  select epoch_ms(${bucket('$5')} minute)) as "timeMs", min(lowest) as lowest, max(highest) as highest,
    sum(total) / sum(readings) as mean, sum(readings)::int as readings, generation_mode as "generationMode"
  from numerics_by_minute where ${SPAN('minute')}
  group by 1, generation_mode order by 1`

/** The trend of a numeric, oldest first: by whole minutes where a point spans at least one, else from the numerics. */
export function readTrend(archive: Archive, request: TrendRequest): Promise<TrendPoint[]> {
  const { patientId, code, fromMs, toMs, points } = request
  const widthMs = Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, points)))
  const byMinute = widthMs >= MINUTE_MS
  const bucketMs = byMinute ? Math.ceil(widthMs / MINUTE_MS) * MINUTE_MS : widthMs
  // A minute that began before is part of what was asked for.
  const firstMs = byMinute ? Math.floor(fromMs / MINUTE_MS) * MINUTE_MS : fromMs
  return archive.query<TrendPoint>(byMinute ? FROM_MINUTES : FROM_NUMERICS, [patientId, code, firstMs, toMs, bucketMs])
}

const FROM_PREDICTIONS = `
  select epoch_ms(${bucket('$4')} window_end)) as "timeMs", min(risk) as lowest, max(risk) as highest, avg(risk) as mean,
    count(risk)::int as readings, generation_mode as "generationMode"
  from predictions
  where patient_id = $1::text and window_end >= to_timestamp($2::float8 / 1000) and window_end < to_timestamp($3::float8 / 1000)
    and window_start >= to_timestamp($2::float8 / 1000) - interval '11 minutes' and risk is not null
  group by 1, generation_mode order by 1`

/** The trend of the deterioration score: a window counts when it ends, for then it is known. */
export function readRiskTrend(archive: Archive, request: Omit<TrendRequest, 'code'>): Promise<TrendPoint[]> {
  const { patientId, fromMs, toMs, points } = request
  const widthMs = Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, points)))
  return archive.query<TrendPoint>(FROM_PREDICTIONS, [patientId, fromMs, toMs, widthMs])
}

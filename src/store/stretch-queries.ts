/** One query a table for a page of a stretch: $1 patient, $2 from, $3 to (ms since the epoch, exclusive). */

const between = (column: string): string =>
  `patient_id = $1::text and ${column} >= to_timestamp($2::float8 / 1000) and ${column} < to_timestamp($3::float8 / 1000)`

export const VITALS = `
  select patient_id as "patientId", feed_id as "feedId", sequence, epoch_ms(event_time) as "eventTimeMs",
    generation_mode as "generationMode",
    json_agg(json_build_object('code', code, 'value', value, 'unit', unit, 'validity', validity) order by code) as numerics
  from numerics where ${between('event_time')}
  group by patient_id, feed_id, sequence, event_time, generation_mode
  order by event_time, feed_id, sequence`

export const WAVEFORMS = `
  select patient_id as "patientId", feed_id as "feedId", code, epoch_ms(start_time) as "startTimeMs",
    sample_rate_hz as "sampleRateHz", scale, sample_offset as "offset", unit, validity,
    generation_mode as "generationMode", samples
  from waveform_stretches where ${between('start_time')}
  order by start_time, code, feed_id, sequence`

export const HEART_SOUNDS = `
  select patient_id as "patientId", feed_id as "feedId", epoch_ms(start_time) as "startTimeMs", site,
    sample_rate_hz as "sampleRateHz", encoding, sample_count as "sampleCount", generation_mode as "generationMode", samples
  from heart_sounds where ${between('start_time')}
  order by start_time, feed_id, sequence`

export const FRAMES = `
  select patient_id as "patientId", feed_id as "feedId", epoch_ms(event_time) as "eventTimeMs", width_px as "widthPx",
    height_px as "heightPx", generation_mode as "generationMode", jpeg
  from frames where ${between('event_time')}
  order by event_time, feed_id, sequence`

const PREDICTION_COLUMNS = `
  p.id, p.patient_id as "patientId", epoch_ms(p.window_start) as "windowStartMs", epoch_ms(p.window_end) as "windowEndMs",
  p.generation_mode as "generationMode", w.closed_by as "closedBy", w.vitals_count as "vitalsCount",
  w.pcg_count as "pcgCount", w.video_count as "videoCount", w.sources, w.content_digest as "contentDigest",
  p.rung, p.risk, p.risk_low as "riskLow", p.risk_high as "riskHigh", p.parts, p.missing, p.model`

/** A prediction becomes known as its window ends. */
export const PREDICTIONS = `
  select ${PREDICTION_COLUMNS}
  from predictions p join windows w on w.patient_id = p.patient_id and w.window_start = p.window_start
  where p.patient_id = $1::text
    and p.window_start >= to_timestamp($2::float8 / 1000) - interval '11 minutes'
    and p.window_start < to_timestamp($3::float8 / 1000)
    and p.window_end >= to_timestamp($2::float8 / 1000) and p.window_end < to_timestamp($3::float8 / 1000)
  order by p.window_end`

export const ALERT_COLUMNS = `
  id, alert_id as "alertId", patient_id as "patientId", unit_id as "unitId", bed_id as "bedId",
  bed_sequence as "bedSequence", transition, condition, kind, priority, condition_present as "conditionPresent", presence,
  epoch_ms(onset_time) as "onsetTimeMs", epoch_ms(event_time) as "eventTimeMs", count, reasons, missing,
  epoch_ms(window_start) as "windowStartMs", prediction_id as "predictionId", escalation_level as "escalationLevel",
  acknowledged_by as "acknowledgedBy", epoch_ms(audio_paused_until) as "audioPausedUntilMs", label,
  generation_mode as "generationMode", answer, responsible, escalated_to as "escalatedTo",
  assigned_to as "assignedTo"`

export const ALERTS = `
  select ${ALERT_COLUMNS} from alerts where ${between('event_time')}
  order by event_time, bed_sequence`

/** Windows of a patient with what was concluded, by their start. */
export const WINDOWS = `
  select ${PREDICTION_COLUMNS}
  from predictions p join windows w on w.patient_id = p.patient_id and w.window_start = p.window_start
  where p.patient_id = $1::text
    and p.window_start >= to_timestamp($2::float8 / 1000) and p.window_start < to_timestamp($3::float8 / 1000)
  order by p.window_start limit $4::int`

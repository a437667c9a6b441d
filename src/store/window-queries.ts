/** What a closed window held, for whoever makes it anew. $1 patient; times in ms since the epoch. */

/** No window is longer, and no stretch of waveform begins further from its reading's time. */
const LONGEST = `interval '11 minutes'`
const at = (place: string): string => `to_timestamp(${place}::float8 / 1000)`
const within = (column: string): string => `${column} >= ${at('$2')} and ${column} < ${at('$3')}`
/** Late readings are stored, but their window was closed by then. */
const onTime = (topic: string, row: string, eventTime: string): string => `
  not exists (
    select from late_readings l where l.patient_id = $1::text and l.topic = '${topic}'
      and l.feed_id = ${row}.feed_id and l.event_time = ${eventTime}
  )`

/** The window that holds a moment ($2). */
export const WINDOW_AT = `
  select epoch_ms(window_start) as "startMs", epoch_ms(window_end) as "endMs", vitals_count as "vitalsCount",
    pcg_count as "pcgCount", video_count as "videoCount", generation_mode as "generationMode"
  from windows
  where patient_id = $1::text and window_start > ${at('$2')} - ${LONGEST} and window_start <= ${at('$2')} and window_end > ${at('$2')}`

export const WINDOW_NUMERICS = `
  select n.feed_id as "feedId", n.sequence, epoch_ms(n.event_time) as "eventTimeMs", n.code, n.value, n.unit, n.validity
  from numerics n where n.patient_id = $1::text and ${within('n.event_time')} and ${onTime('vitals', 'n', 'n.event_time')}
  order by n.code`

/** By the time of their reading; of one that was stored without it, the time of the numerics that came with it. */
export const WINDOW_WAVEFORMS = `
  with near as (
    select w.*, coalesce(w.event_time, (
      select min(n.event_time) from numerics n
      where n.patient_id = $1::text and n.feed_id = w.feed_id and n.sequence = w.sequence and ${within('n.event_time')}
    )) as reading_time
    from waveform_stretches w
    where w.patient_id = $1::text and w.start_time >= ${at('$2')} - ${LONGEST} and w.start_time < ${at('$3')} + ${LONGEST}
  )
  select feed_id as "feedId", sequence, epoch_ms(reading_time) as "eventTimeMs", code, epoch_ms(start_time) as "startTimeMs",
    sample_rate_hz as "sampleRateHz", scale, sample_offset as "offset", unit, validity, samples
  from near where ${within('reading_time')} and ${onTime('vitals', 'near', 'reading_time')}
  order by code, start_time`

export const WINDOW_SOUNDS = `
  select s.feed_id as "feedId", s.sequence, epoch_ms(s.start_time) as "eventTimeMs", s.site, s.sample_rate_hz as "sampleRateHz",
    s.encoding, s.sample_count as "sampleCount", s.samples
  from heart_sounds s where s.patient_id = $1::text and ${within('s.start_time')} and ${onTime('heart-audio', 's', 's.start_time')}`

export const WINDOW_FRAMES = `
  select f.feed_id as "feedId", f.sequence, epoch_ms(f.event_time) as "eventTimeMs", f.width_px as "widthPx",
    f.height_px as "heightPx", f.jpeg
  from frames f where f.patient_id = $1::text and ${within('f.event_time')} and ${onTime('procedure-video', 'f', 'f.event_time')}`

/** Valid values of the codes ($5, a JSON list) by window of $4 ms, from $2 to $3. */
export const VALUES_BY_WINDOW = `
  select floor(epoch_ms(n.event_time) / $4::float8) * $4::float8 as "startMs", n.code, json_agg(n.value) as values
  from numerics n
  where n.patient_id = $1::text and ${within('n.event_time')} and n.validity = 'valid' and n.value is not null
    and n.code in (select json_array_elements_text($5::json)) and ${onTime('vitals', 'n', 'n.event_time')}
  group by 1, 2 order by 1`

/** What was said of who is in the bed, as the log took it. */
export const CONTEXTS = `
  select patient_id as "patientId", present, epoch_ms(append_time) as "appendTimeMs", epoch_ms(effective_time) as "effectiveTimeMs",
    unit_id as "unitId", bed_id as "bedId", age_band as "ageBand", sex, diagnosis, notes, labs, consciousness,
    supplemental_oxygen as "supplementalOxygen", hypercapnic_target as "hypercapnicTarget", device_ids as "deviceIds",
    generation_mode as "generationMode"
  from contexts where patient_id = $1::text order by append_time, log_offset`

/** The last word on every alert that began from $1 on and before $2 (null: whenever), and the window in which it began. */
export const LABELLED_ALERTS = `
  with labelled as (
    select distinct on (alert_id) alert_id, patient_id, unit_id, condition, onset_time, label, generation_mode
    from alerts
    where transition = 'labelled' and label is not null
      and ($1::float8 is null or onset_time >= ${at('$1')}) and ($2::float8 is null or onset_time < ${at('$2')})
    order by alert_id, bed_sequence desc
  )
  select l.alert_id as "alertId", l.patient_id as "patientId", l.unit_id as "unitId", l.condition, l.label,
    l.generation_mode as "generationMode", epoch_ms(w.window_start) as "windowStartMs", epoch_ms(w.window_end) as "windowEndMs",
    w.generation_mode as "windowMode"
  from labelled l left join windows w on w.patient_id = l.patient_id
    and w.window_start > l.onset_time - ${LONGEST} and w.window_start <= l.onset_time and w.window_end > l.onset_time
  order by l.patient_id, l.onset_time, l.alert_id`

-- Everything that happened, by event time. Keys are the identities of the records, so that a second reading of the log
-- writes nothing twice. Append-only: a change is a new file.

create function epoch_ms(at timestamptz) returns double precision
  language sql immutable parallel safe
  as $$ select (extract(epoch from at) * 1000)::double precision $$;

create table numerics (
  patient_id text not null,
  code text not null,
  event_time timestamptz not null,
  value double precision,
  unit text not null,
  validity text not null,
  feed_id text not null,
  sequence bigint not null,
  generation_mode text not null,
  primary key (patient_id, code, event_time, feed_id, sequence)
);
select create_hypertable('numerics', by_range('event_time', interval '2 hours'), create_default_indexes => false);

-- value = sample * scale + sample_offset; samples: int16, little-endian, -32768: no sample.
create table waveform_stretches (
  patient_id text not null,
  code text not null,
  start_time timestamptz not null,
  sample_rate_hz double precision not null,
  scale double precision not null,
  sample_offset double precision not null,
  unit text not null,
  validity text not null,
  samples bytea not null,
  feed_id text not null,
  sequence bigint not null,
  generation_mode text not null,
  primary key (patient_id, start_time, code, feed_id, sequence)
);
select create_hypertable('waveform_stretches', by_range('start_time', interval '1 hour'), create_default_indexes => false);

create table heart_sounds (
  patient_id text not null,
  start_time timestamptz not null,
  site text not null,
  sample_rate_hz double precision not null,
  encoding text not null,
  sample_count integer not null,
  samples bytea not null,
  feed_id text not null,
  sequence bigint not null,
  generation_mode text not null,
  primary key (patient_id, start_time, feed_id, sequence)
);
select create_hypertable('heart_sounds', by_range('start_time', interval '1 hour'), create_default_indexes => false);

create table frames (
  patient_id text not null,
  event_time timestamptz not null,
  width_px integer not null,
  height_px integer not null,
  jpeg bytea not null,
  feed_id text not null,
  sequence bigint not null,
  generation_mode text not null,
  primary key (patient_id, event_time, feed_id, sequence)
);
select create_hypertable('frames', by_range('event_time', interval '1 hour'), create_default_indexes => false);

create table windows (
  patient_id text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  vitals_count integer not null,
  pcg_count integer not null,
  video_count integer not null,
  closed_by text not null,
  content_digest text not null,
  sources jsonb not null,
  generation_mode text not null,
  primary key (patient_id, window_start)
);
select create_hypertable('windows', by_range('window_start', interval '1 day'), create_default_indexes => false);

-- One answer a window: the first one, which is the one that was shown.
create table predictions (
  id text not null,
  patient_id text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  rung text not null,
  risk double precision,
  parts jsonb not null,
  missing jsonb not null,
  model jsonb,
  generation_mode text not null,
  primary key (patient_id, window_start)
);
select create_hypertable('predictions', by_range('window_start', interval '1 day'), create_default_indexes => false);

-- Every transition of every alert.
create table alerts (
  id text not null,
  alert_id text not null,
  patient_id text not null,
  unit_id text not null,
  bed_id text not null,
  bed_sequence bigint not null,
  transition text not null,
  condition text not null,
  kind text not null,
  priority text not null,
  condition_present boolean not null,
  presence text not null,
  onset_time timestamptz not null,
  event_time timestamptz not null,
  count integer not null,
  reasons jsonb not null,
  missing jsonb not null,
  window_start timestamptz,
  prediction_id text,
  escalation_level integer not null,
  acknowledged_by text,
  audio_paused_until timestamptz,
  label text,
  generation_mode text not null,
  primary key (id, event_time)
);
select create_hypertable('alerts', by_range('event_time', interval '7 days'), create_default_indexes => false);
create index alerts_newest on alerts (event_time desc);
create index alerts_of_patient on alerts (patient_id, event_time desc);
create index alerts_of_alert on alerts (alert_id, event_time desc);

create table late_readings (
  id text not null,
  topic text not null,
  log_partition integer not null,
  log_offset bigint not null,
  patient_id text not null,
  feed_id text not null,
  event_time timestamptz not null,
  window_start timestamptz not null,
  lateness_ms bigint not null,
  append_time timestamptz not null,
  value bytea not null,
  primary key (id, event_time)
);
select create_hypertable('late_readings', by_range('event_time', interval '1 day'), create_default_indexes => false);
create index late_readings_of_window on late_readings (patient_id, window_start);

create table dead_letters (
  id text not null,
  topic text not null,
  log_partition integer not null,
  log_offset bigint not null,
  append_time timestamptz not null,
  code text not null,
  detail text not null,
  detected_by text not null,
  key bytea,
  value bytea,
  primary key (id, append_time)
);
select create_hypertable('dead_letters', by_range('append_time', interval '1 day'), create_default_indexes => false);
create index dead_letters_newest on dead_letters (append_time desc);

-- Who was in the bed, as it was said at the time; present: false is a discharge. Few rows, so a plain table.
create table contexts (
  patient_id text not null,
  append_time timestamptz not null,
  log_offset bigint not null,
  present boolean not null,
  effective_time timestamptz,
  unit_id text,
  bed_id text,
  age_band text,
  sex text,
  diagnosis text,
  notes jsonb,
  labs jsonb,
  consciousness text,
  supplemental_oxygen boolean,
  hypercapnic_target boolean,
  device_ids jsonb,
  generation_mode text,
  primary key (patient_id, append_time, log_offset)
);

-- What people did.
create table audit (
  id text not null,
  occurred_at timestamptz not null,
  patient_id text not null,
  user_id text not null,
  action text not null,
  alert_id text,
  detail jsonb not null,
  primary key (id, occurred_at)
);
create index audit_of_patient on audit (patient_id, occurred_at desc);

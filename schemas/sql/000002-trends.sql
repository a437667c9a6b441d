-- One row a minute for trends; values that cannot be trusted are left out. Real, test and demo stay apart.
-- materialized_only is off: what is not yet aggregated is computed from the numerics, so that a trend reaches to now.
create materialized view numerics_by_minute
  with (timescaledb.continuous, timescaledb.materialized_only = false) as
  select
    patient_id,
    code,
    generation_mode,
    time_bucket(interval '1 minute', event_time) as minute,
    min(value) as lowest,
    max(value) as highest,
    sum(value) as total,
    count(value) as readings
  from numerics
  where value is not null and validity in ('valid', 'questionable')
  group by 1, 2, 3, 4
  with no data;

-- The log keeps hours, so a late row of a day ago is still taken into its minute.
select add_continuous_aggregate_policy(
  'numerics_by_minute',
  start_offset => interval '1 day',
  end_offset => interval '1 minute',
  schedule_interval => interval '5 minutes'
);

-- An hour's numerics shrink about fortyfold. A day old: what still arrives late is rarely older.
alter table numerics set (
  timescaledb.compress,
  timescaledb.compress_segmentby = 'patient_id, code',
  timescaledb.compress_orderby = 'event_time, feed_id, sequence'
);
select add_compression_policy('numerics', compress_after => interval '1 day', schedule_interval => interval '1 hour');

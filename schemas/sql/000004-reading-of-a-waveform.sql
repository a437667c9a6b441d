-- When the reading was that a stretch came with: a window holds the stretches of its readings, which began before it. Null: stored before
-- this was kept.
alter table waveform_stretches add column event_time timestamptz;

-- What a person said to an alert (kind, userId, atMs, reason), who took responsibility, and whom its level calls.
alter table alerts
  add column answer jsonb,
  add column responsible text,
  add column escalated_to text;

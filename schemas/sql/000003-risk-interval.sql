-- The 95 % of a fused model's risk, carried through to the combined score; null: no fused model answered.
alter table predictions
  add column risk_low double precision,
  add column risk_high double precision;

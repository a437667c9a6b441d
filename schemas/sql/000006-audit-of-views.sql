-- Besides what people did about alerts and beds (kind deed) the audit holds who looked at patients (view), who came in, went or got
-- other rights (access), and what was asked and not answered (refused). Not all of that is about a patient.
alter table audit alter column patient_id drop not null;
alter table audit add column kind text not null default 'deed';
alter table audit add column how text;
alter table audit add column unit_id text;
alter table audit add column refused_with text;
create index audit_of_user on audit (user_id, occurred_at desc);

-- What is written stays as it is.
create function audit_is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is only added to' using errcode = '42501';
end
$$;
create trigger audit_is_kept before update or delete or truncate on audit
  for each statement execute function audit_is_kept();

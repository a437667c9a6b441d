-- Who looked after the patient as the transition was made.
alter table alerts add column assigned_to text;

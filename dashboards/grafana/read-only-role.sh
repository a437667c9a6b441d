#!/bin/sh
# Run by the database's image as it makes a new database, or by hand in its container: the role that the boards read with.
set -eu
psql -v ON_ERROR_STOP=1 -v password="${VIGIL_GRAFANA_DATABASE_PASSWORD:-grafana}" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
create role grafana login password :'password';
grant pg_read_all_data to grafana;
alter role grafana set default_transaction_read_only = on;
alter role grafana set statement_timeout = '30s';
SQL

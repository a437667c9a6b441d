import type { Config } from '../config.ts'
import type { Database } from './database.ts'
import { MIGRATION_LOCK } from './migrate.ts'
import type { TableName } from './tables.ts'

/** Audio, video and waveforms: the bulk of the bytes. */
const MEDIA: readonly TableName[] = ['waveform_stretches', 'heart_sounds', 'frames']
/** What is left of every second and window. Alerts, contexts and the audit are kept: they are few, and they are the record. */
const ROWS: readonly TableName[] = ['numerics', 'windows', 'predictions', 'late_readings', 'dead_letters']
/** Trends by the minute outlive their numerics: they are a thousandth of the rows. */

/**
 * Sets each table's retention policy to the configured age; a policy that already says so is left alone, with the
 * history of its job. The database's scheduler, or maintenance.ts for the embedded one, runs them.
 */
export async function setRetention(
  database: Database,
  config: Pick<Config, 'mediaRetentionMs' | 'rowRetentionMs'>,
): Promise<void> {
  const wanted = [
    ...MEDIA.map((table) => policy(table, config.mediaRetentionMs)),
    ...ROWS.map((table) => policy(table, config.rowRetentionMs)),
  ]
  const answer = await database.script(
    `select pg_advisory_xact_lock(${MIGRATION_LOCK}); do $$ begin ${wanted.join(' ')} end $$`,
  )
  if (!answer.ok) throw new Error(`setting retention failed: ${answer.sqlstate} ${answer.message}`)
}

function policy(table: TableName, ageMs: number): string {
  const age = `interval '${Math.round(ageMs / 1000)} seconds'`
  return `
    if not exists (
      select from timescaledb_information.jobs
      where proc_name = 'policy_retention' and hypertable_name = '${table}' and (config ->> 'drop_after')::interval = ${age}
    ) then
      perform remove_retention_policy('${table}', if_exists => true);
      perform add_retention_policy('${table}', drop_after => ${age}, schedule_interval => interval '1 hour');
    end if;`
}

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../config.ts'
import { VigilError } from '../errors.ts'
import type { Database } from './database.ts'

export interface Migration {
  /** Such as 000001-hypertables.sql. */
  name: string
  sql: string
}

/** Held for the length of a migration, so that two processes never migrate at once. Any constant will do. */
export const MIGRATION_LOCK = 7_816_173
const UNIQUE_VIOLATION = '23505'

const LEDGER = `
  select pg_advisory_xact_lock(${MIGRATION_LOCK});
  create table if not exists migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now()
  )`

/** schemas/sql, in order. */
export function readMigrations(folder = join(PACKAGE_ROOT, 'schemas/sql')): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{6}-[a-z0-9-]+\.sql$/.test(name))
  return names.sort().map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }))
}

/**
 * Applies what is missing, in order, each in one transaction with its entry in the ledger; a second time does nothing.
 * Answers the names applied. Throws MIGRATION_CHANGED when an applied migration is not what it was, or is not known here.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  await done(database, LEDGER, 'the ledger')
  const applied: string[] = []
  for (const migration of migrations) {
    if (await isApplied(database, migration, migrations)) continue
    // The entry comes first: of two migrators the second fails on it, and nothing of its script remains.
    const entry = `insert into migrations (name, sha256) values ('${migration.name}', '${sha256(migration.sql)}')`
    const script = `select pg_advisory_xact_lock(${MIGRATION_LOCK}); ${entry};\n${migration.sql}`
    const answer = await database.script(script)
    if (answer.ok) applied.push(migration.name)
    else if (answer.sqlstate !== UNIQUE_VIOLATION || !(await isApplied(database, migration, migrations)))
      throw new Error(`migration ${migration.name} failed: ${answer.sqlstate} ${answer.message}`)
  }
  return applied
}

async function isApplied(database: Database, migration: Migration, known: readonly Migration[]): Promise<boolean> {
  const rows = (await done(database, 'select name, sha256 from migrations', 'the ledger')) as {
    name: string
    sha256: string
  }[]
  const stranger = rows.find((row) => !known.some((one) => one.name === row.name))
  if (stranger !== undefined) throw new VigilError('MIGRATION_CHANGED', `${stranger.name} is not known to this version`)
  const row = rows.find((one) => one.name === migration.name)
  if (row !== undefined && row.sha256 !== sha256(migration.sql)) throw new VigilError('MIGRATION_CHANGED', row.name)
  return row !== undefined
}

async function done(database: Database, sql: string, what: string): Promise<readonly object[]> {
  const answer = await database.script(sql)
  if (!answer.ok) throw new Error(`${what} failed: ${answer.sqlstate} ${answer.message}`)
  return answer.rows
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import { createHash } from 'node:crypto'
import { type Finding, broken, ok, some } from '../check.ts'
import type { SqlAnswer } from './database.ts'
import { type Migration, readMigrations } from './migrate.ts'

/** One statement that reads. */
export type Look = (sql: string) => Promise<SqlAnswer>

/** What a look gives, as rows of the shape asked for; a refusal of the database ends the check that asked. */
export async function rowsOf<R extends object>(look: Look, sql: string): Promise<readonly R[]> {
  const answer = await look(sql)
  if (!answer.ok) throw new LookRefused(answer.sqlstate)
  return answer.rows as readonly R[]
}

export class LookRefused extends Error {
  readonly sqlstate: string

  constructor(sqlstate: string) {
    super(`the database refuses (${sqlstate})`)
    this.sqlstate = sqlstate
  }
}

/** The ledger against schemas/sql, and every hypertable that these make. */
export async function schemaFindings(
  look: Look,
  migrations: readonly Migration[] = readMigrations(),
): Promise<Finding[]> {
  const about = 'migrations'
  const [ledger] = await rowsOf<{ there: boolean }>(look, `select to_regclass('migrations') is not null as there`)
  if (ledger?.there !== true) return [ok(about, `none applied yet; the first start applies ${migrations.length}`)]
  const applied = await rowsOf<{ name: string; sha256: string }>(
    look,
    'select name, sha256 from migrations order by name',
  )
  const strangers = applied.filter(({ name }) => !migrations.some((known) => known.name === name))
  if (strangers.length > 0) {
    const todo = 'a newer Vigil has used this database: start that one, or give this one a database of its own'
    return [broken(about, `${some(strangers.map(({ name }) => name))} is not known to this build`, todo)]
  }
  const changed = migrations.filter(({ name, sql }) => {
    const entry = applied.find((one) => one.name === name)
    return entry !== undefined && entry.sha256 !== createHash('sha256').update(sql).digest('hex')
  })
  if (changed.length > 0) {
    const todo = 'bring schemas/sql back as it was when it was applied; changes belong in a new file'
    return [broken(about, `${some(changed.map(({ name }) => name))} is not the file that was applied`, todo)]
  }
  const waiting = migrations.length - applied.length
  const state =
    waiting === 0 ? `all ${applied.length} applied` : `${applied.length} applied, the start applies ${waiting} more`
  return [ok(about, state), ...(await hypertables(look, migrations, new Set(applied.map(({ name }) => name))))]
}

async function hypertables(
  look: Look,
  migrations: readonly Migration[],
  applied: ReadonlySet<string>,
): Promise<Finding[]> {
  const wanted = migrations
    .filter(({ name }) => applied.has(name))
    .flatMap(({ sql }) => [...sql.matchAll(/create_hypertable\('(\w+)'/g)].map(([, table = '']) => table))
  const there = await rowsOf<{ name: string }>(
    look,
    `select hypertable_name::text as name from timescaledb_information.hypertables where hypertable_schema = current_schema()`,
  )
  const missing = wanted.filter((table) => !there.some(({ name }) => name === table))
  if (missing.length === 0) return [ok('hypertables', `all ${wanted.length} are there`)]
  const todo = 'somebody removed or replaced it: bring the database back from a backup, or start on an empty one'
  return [broken('hypertables', `${some(missing)} is no hypertable`, todo)]
}

import pg from 'pg'
import type { Logger } from 'pino'
import { VigilError } from '../errors.ts'
import type { Database, SqlAnswer, SqlValue } from './database.ts'

export interface ServerOptions {
  url: string
  /** Most connections at once. */
  connections: number
  logger: Logger
}

/** A statement that takes longer is given up by the server; a batch takes well under a second. */
const STATEMENT_MS = 60_000
const CONNECT_MS = 5_000

/** int8 and numeric come as text by default. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC ? Number : pg.types.getTypeParser(oid, format),
}

/** A TimescaleDB server by address. Throws DATABASE_UNAVAILABLE when it does not answer. */
export async function openTimescaleDatabase({ url, connections, logger }: ServerOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: 'vigil',
    keepAlive: true,
  })
  // An idle connection that breaks is replaced at the next statement; without a listener it would end the process.
  pool.on('error', (error) => logger.warn({ code: sqlstateOf(error) ?? 'lost' }, 'a database connection was lost'))
  const database = new TimescaleDatabase(pool)
  try {
    await database.script('create extension if not exists timescaledb')
  } catch (error) {
    await pool.end()
    throw error
  }
  return database
}

class TimescaleDatabase implements Database {
  readonly kind = 'timescale'
  readonly schedulesJobs = true
  readonly #pool: pg.Pool
  #closing: Promise<void> | null = null

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  query(sql: string, params: readonly SqlValue[]): Promise<SqlAnswer> {
    return this.#answer(async () => (await this.#pool.query<object>(sql, [...params])).rows)
  }

  script(sql: string): Promise<SqlAnswer> {
    return this.#answer(async () => {
      // Several statements give an array of results, which the types do not say.
      const results = (await this.#pool.query<object>(sql)) as pg.QueryResult<object> | pg.QueryResult<object>[]
      return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? []
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end()
    return this.#closing
  }

  async #answer(ask: () => Promise<readonly object[]>): Promise<SqlAnswer> {
    try {
      return { ok: true, rows: await ask() }
    } catch (error) {
      const sqlstate = sqlstateOf(error)
      if (sqlstate === null || isLoss(sqlstate))
        throw new VigilError('DATABASE_UNAVAILABLE', sqlstate ?? '', { cause: error })
      return { ok: false, sqlstate, message: error instanceof Error ? error.message : '' }
    }
  }
}

/** Connection exceptions, resources, operator intervention, system errors (PostgreSQL, appendix A). */
function isLoss(sqlstate: string): boolean {
  return ['08', '53', '57', '58'].includes(sqlstate.slice(0, 2))
}

function sqlstateOf(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return null
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}

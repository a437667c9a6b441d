import { VigilError } from '../errors.ts'
import type { Archive, WriteCounts, WriteResult } from './archive.ts'
import type { Database, SqlValue } from './database.ts'
import type { Maintenance } from './maintenance.ts'
import { type RowBatch, rowCount } from './tables.ts'
import { writeStatement } from './write-statement.ts'

const DISK_FULL = '53100'

/** The archive over either database; the SQL is the same. */
export class SqlArchive implements Archive {
  readonly #database: Database
  readonly #maintenance: Maintenance | null

  constructor(database: Database, maintenance: Maintenance | null) {
    this.#database = database
    this.#maintenance = maintenance
  }

  get kind(): 'timescale' | 'pglite' {
    return this.#database.kind
  }

  async write(batch: RowBatch): Promise<WriteResult> {
    if (rowCount(batch) === 0) return { outcome: 'written', counts: {} }
    const { sql, params } = writeStatement(batch)
    const answer = await this.#database.query(sql, params)
    if (answer.ok) return { outcome: 'written', counts: (answer.rows[0] ?? {}) as WriteCounts }
    if (isRefusal(answer.sqlstate)) return { outcome: 'refused', sqlstate: answer.sqlstate }
    throw new VigilError(
      answer.sqlstate === DISK_FULL ? 'DISK_FULL' : 'DATABASE_UNAVAILABLE',
      `it answers ${answer.sqlstate}`,
    )
  }

  async query<T extends object>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
    const answer = await this.#database.query(sql, params)
    if (answer.ok) return answer.rows as T[]
    throw new Error(`a query of the archive failed: ${answer.sqlstate}`)
  }

  close(): Promise<void> {
    this.#maintenance?.stop()
    return this.#database.close()
  }
}

/** Data exceptions, integrity violations, program limits (PostgreSQL, appendix A): what no second try makes good. */
function isRefusal(sqlstate: string): boolean {
  return ['22', '23', '54'].includes(sqlstate.slice(0, 2))
}

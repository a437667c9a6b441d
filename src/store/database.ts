/** A parameter of a statement. Bytes travel as base64 text, times as milliseconds since the epoch, arrays as array literals. */
export type SqlValue = string | number | boolean | null

/** What a database answered: rows, or the SQLSTATE with which it refused what it was given. */
export type SqlAnswer = { ok: true; rows: readonly object[] } | { ok: false; sqlstate: string; message: string }

/**
 * What the archive uses of PostgreSQL, and no more. Two implementations: timescale-database.ts, pglite-database.ts.
 * Both give int8 and numeric as number, bytea as Uint8Array, json as values, timestamptz as Date.
 * All methods throw DATABASE_UNAVAILABLE when the server or the worker is gone.
 */
export interface Database {
  readonly kind: 'timescale' | 'pglite'
  /** One statement, one round trip. */
  query(sql: string, params: readonly SqlValue[]): Promise<SqlAnswer>
  /** Several statements in one message, which is one transaction. */
  script(sql: string): Promise<SqlAnswer>
  /** Whether the database runs its own jobs; the embedded one has no scheduler. */
  readonly schedulesJobs: boolean
  close(): Promise<void>
}

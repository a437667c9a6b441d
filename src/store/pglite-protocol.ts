import type { ErrorCode } from '../errors.ts'
import type { SqlAnswer, SqlValue } from './database.ts'

/** What the archive asks of the thread that holds the embedded database. */
export type ToWorker =
  | { ask: 'query'; id: number; sql: string; params: readonly SqlValue[] }
  | { ask: 'script'; id: number; sql: string }
  | { ask: 'close' }

/** What that thread says. Statements are answered in the order they were asked. */
export type FromWorker =
  | { said: 'opened' }
  | { said: 'failed'; code: ErrorCode; detail: string }
  | { said: 'answer'; id: number; answer: SqlAnswer }
  | { said: 'closed' }

import type { SqlValue } from './database.ts'
import type { RowBatch, TableName } from './tables.ts'

/** Rows that were new, by table. Rows that were there already are not counted. */
export type WriteCounts = Partial<Record<TableName, number>>

/** `refused`: a row of the batch is something the database cannot hold; nothing of the batch was written. */
export type WriteResult = { outcome: 'written'; counts: WriteCounts } | { outcome: 'refused'; sqlstate: string }

/** Everything that happened, in TimescaleDB. All methods throw DATABASE_UNAVAILABLE when it is gone. */
export interface Archive {
  readonly kind: 'timescale' | 'pglite'
  /** One round trip, all or nothing; the same batch twice does no harm. */
  write(batch: RowBatch): Promise<WriteResult>
  /** Reads. int8 comes as number, bytea as Uint8Array, json as values, timestamptz as Date. */
  query<T extends object>(sql: string, params?: readonly SqlValue[]): Promise<T[]>
  close(): Promise<void>
}

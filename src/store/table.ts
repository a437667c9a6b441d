import type { SqlValue } from './database.ts'

/** A column: its name, and how its values travel in an array literal and become what the table holds. */
export interface Column<Row> {
  name: string
  /** Type of the array that carries it. */
  carrier: 'text' | 'float8' | 'int8' | 'boolean'
  /** From the carried value to the column's. */
  stored: (carried: string) => string
  of: (row: Row) => SqlValue
}

/** A table and where its columns come from in a row, which is mostly the record itself. Rows that exist are left as they are. */
export interface Table<Row> {
  name: string
  columns: readonly Column<Row>[]
}

const asIs = (carried: string): string => carried

export function text<Row>(name: string, of: (row: Row) => string | null): Column<Row> {
  return { name, carrier: 'text', stored: asIs, of }
}

export function double<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, carrier: 'float8', stored: asIs, of }
}

export function integer<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, carrier: 'int8', stored: asIs, of }
}

export function flag<Row>(name: string, of: (row: Row) => boolean | null): Column<Row> {
  return { name, carrier: 'boolean', stored: asIs, of }
}

/** Milliseconds since the epoch; a double holds them to the microsecond that timestamptz rounds to. */
export function time<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, carrier: 'float8', stored: (carried) => `to_timestamp(${carried} / 1000)`, of }
}

export function bytes<Row>(name: string, of: (row: Row) => Buffer | null): Column<Row> {
  return {
    name,
    carrier: 'text',
    stored: (carried) => `decode(${carried}, 'base64')`,
    of: (row) => of(row)?.toString('base64') ?? null,
  }
}

export function json<Row>(name: string, of: (row: Row) => object | null): Column<Row> {
  return {
    name,
    carrier: 'text',
    stored: (carried) => `${carried}::jsonb`,
    of: (row) => {
      const value = of(row)
      return value === null ? null : JSON.stringify(value)
    },
  }
}

import type { SqlValue } from './database.ts'
import { type RowBatch, type RowOf, TABLE_NAMES, type TableName, TABLES } from './tables.ts'

/**
 * One statement that inserts the rows of every table of a batch and answers how many were new, by table: a column travels
 * as the text of an array, each table is a CTE over `unnest`. One statement is one transaction.
 */
export function writeStatement(batch: RowBatch): { sql: string; params: string[] } {
  const params: string[] = []
  const names = TABLE_NAMES.filter((name) => (batch[name]?.length ?? 0) > 0)
  const inserts = names.map((name) => insertOf(name, batch[name] ?? [], params))
  const counts = names.map((name) => `(select count(*)::int from new_${name}) as ${name}`)
  return { sql: `with ${inserts.join(',\n')}\nselect ${counts.join(', ')}`, params }
}

function insertOf<T extends TableName>(name: T, rows: readonly RowOf[T][], params: string[]): string {
  const { columns } = TABLES[name]
  const carriers = columns.map(({ carrier, of }) => {
    params.push(arrayLiteral(rows.map(of), carrier === 'text'))
    return `$${params.length}::text::${carrier}[]`
  })
  const names = columns.map((column) => column.name).join(', ')
  const stored = columns.map((column) => column.stored(`r.${column.name}`)).join(', ')
  return (
    `new_${name} as (insert into ${name} (${names}) select ${stored} ` +
    `from unnest(${carriers.join(', ')}) as r(${names}) on conflict do nothing returning 1)`
  )
}

/** PostgreSQL's text form of an array; text is always quoted, since an unquoted NULL is no text. */
function arrayLiteral(values: readonly SqlValue[], quoted: boolean): string {
  const items = values.map((value) => {
    if (value === null) return 'NULL'
    return quoted ? `"${String(value).replace(/["\\]/g, '\\$&')}"` : String(value)
  })
  return `{${items.join(',')}}`
}

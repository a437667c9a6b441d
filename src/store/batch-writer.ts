import type { Archive, WriteCounts } from './archive.ts'
import type { Entry } from './record-buffer.ts'
import { joinBatches, TABLE_NAMES } from './tables.ts'

export interface Written {
  counts: WriteCounts
  /** Records the database cannot hold, with its reason. */
  refused: readonly { entry: Entry; sqlstate: string }[]
}

/**
 * Writes records in one round trip. When the database refuses the batch it is halved until the records at fault stand
 * alone: the others are stored. Throws DATABASE_UNAVAILABLE; what was written by then is harmless to write again.
 */
export async function writeEntries(archive: Archive, entries: readonly Entry[]): Promise<Written> {
  const rows = joinBatches(entries.map(({ result }) => (result.ok ? result.rows : {})))
  const result = await archive.write(rows)
  if (result.outcome === 'written') return { counts: result.counts, refused: [] }
  const [only] = entries
  if (only !== undefined && entries.length === 1)
    return { counts: {}, refused: [{ entry: only, sqlstate: result.sqlstate }] }
  const middle = Math.ceil(entries.length / 2)
  const first = await writeEntries(archive, entries.slice(0, middle))
  const second = await writeEntries(archive, entries.slice(middle))
  return { counts: sum(first.counts, second.counts), refused: [...first.refused, ...second.refused] }
}

function sum(first: WriteCounts, second: WriteCounts): WriteCounts {
  return Object.fromEntries(
    TABLE_NAMES.map((name) => [name, (first[name] ?? 0) + (second[name] ?? 0)] as const).filter(([, rows]) => rows > 0),
  )
}

import { ContextTable } from '../join/context-table.ts'
import type { PatientContext } from '../reading.ts'
import type { Archive } from '../store/archive.ts'
import { CONTEXTS } from '../store/window-queries.ts'

type Said = PatientContext & { present: boolean; appendTimeMs: number }

/** Who was in the bed at a moment, as the join would have said; what was said later of a time before it counts too. */
export async function archivedContext(
  archive: Archive,
  patientId: string,
  atMs: number,
): Promise<PatientContext | null> {
  const table = new ContextTable()
  for (const { present, appendTimeMs, ...context } of await archive.query<Said>(CONTEXTS, [patientId])) {
    const fromMs = present ? context.effectiveTimeMs : appendTimeMs
    if (fromMs <= atMs) table.put(present ? context : null, appendTimeMs)
  }
  return table.asOf(atMs)
}

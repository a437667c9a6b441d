import type { Log } from '../../src/ingest/log.ts'
import { readReading } from '../../src/ingest/record-check.ts'

/** A feed numbers its readings: a number that is not in the log is a reading that acquire lost. */
export async function gapsIn(log: Log): Promise<string[]> {
  const numbers = new Map<string, Set<number>>()
  for (const topic of ['vitals', 'heart-audio', 'procedure-video'] as const)
    for await (const record of log.readAll(topic)) {
      const read = readReading(record, { futureToleranceMs: Infinity })
      if (!read.ok) continue
      const { feedId, sequence } = read.reading.record
      numbers.set(feedId, (numbers.get(feedId) ?? new Set()).add(sequence))
    }
  return [...numbers.values()].flatMap((seen, index) => {
    const lost = Math.max(...seen) - Math.min(...seen) + 1 - seen.size
    return lost === 0 ? [] : [`feed ${index} lacks ${lost} of its readings`]
  })
}

import type { ReadingHeader } from '../ingest/reading-header.ts'
import type { LateReading } from '../reading.ts'

/** The late output: a reading whose window had closed, with the record as it came. The id makes a second copy harmless. */
export function lateReading(
  { feedId, eventTimeMs, record }: ReadingHeader,
  windowStartMs: number,
  streamTimeMs: number,
): LateReading {
  const { topic, partition, offset, key, appendTimeMs, value } = record
  return {
    id: `${topic}-${partition}-${offset}`,
    topic,
    partition,
    offset,
    patientId: key,
    feedId,
    eventTimeMs,
    windowStartMs,
    latenessMs: Math.max(0, streamTimeMs - eventTimeMs),
    appendTimeMs,
    value: value ?? Buffer.alloc(0),
  }
}

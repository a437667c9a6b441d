import type { Outbound, Reading } from '../reading.ts'
import type { StageSpan, Tracer } from '../trace.ts'

/** How acquire follows its readings; a record on its way is bytes, and ingest knows how to read them. */
export interface AcquireTracing {
  tracer: Tracer
  /** null: it is no reading. */
  readingOf(record: Outbound): Reading | null
}

type Way = Pick<StageSpan, 'startMs' | 'endMs'> & { name: 'acquire append' | 'acquire spool' }

/** Notes that records were appended or spooled; `first`: they are seen for the first time, and their traces begin. */
export function traceRecords(tracing: AcquireTracing, records: readonly Outbound[], way: Way, first: boolean): void {
  const { tracer, readingOf } = tracing
  for (const record of records) {
    const reading = readingOf(record)
    const trace = reading === null ? null : tracer.ofReading(reading)
    if (reading === null || trace === null) continue
    if (first) {
      const startMs = Math.min(reading.record.eventTimeMs, way.startMs)
      const attributes = { 'vigil.modality': reading.modality, 'vigil.heartbeat': reading.record.heartbeat }
      tracer.add(trace, { name: 'acquire reading', startMs, endMs: way.endMs, attributes })
    }
    tracer.add(trace, { ...way, attributes: { 'vigil.records': records.length } })
  }
}

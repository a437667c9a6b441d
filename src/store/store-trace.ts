import type { LogRecord } from '../ingest/log.ts'
import { readReading, type ReadingRules, readRecord } from '../ingest/record-check.ts'
import type { Trace, Tracer } from '../trace.ts'
import type { Entry } from './record-buffer.ts'

/** Adds to the traces of readings and windows that their rows are committed. Records are read again: rows have no sequence. */
export function traceStored(tracer: Tracer, entries: readonly Entry[], rules: ReadingRules, endMs: number): void {
  if (!tracer.on) return
  for (const { record } of entries) {
    const trace = traceOf(tracer, record, rules)
    const attributes = { 'vigil.batch_records': entries.length }
    if (trace !== null) tracer.add(trace, { name: 'store commit', startMs: record.appendTimeMs, endMs, attributes })
  }
}

function traceOf(tracer: Tracer, record: LogRecord, rules: ReadingRules): Trace | null {
  switch (record.topic) {
    case 'vitals':
    case 'heart-audio':
    case 'procedure-video': {
      const read = readReading(record, rules)
      return read.ok ? tracer.ofReading(read.reading) : null
    }
    case 'predictions': {
      const read = readRecord(record.topic, record)
      return read.ok ? tracer.ofWindow(read.record.id) : null
    }
    default:
      return null
  }
}

import type { ErrorCode } from '../errors.ts'
import type { LogRecord } from '../ingest/log.ts'
import { readReading, readRecord } from '../ingest/record-check.ts'
import type { RaiseEvent } from './raise-event.ts'

export type Read =
  | { kind: 'event'; event: RaiseEvent }
  /** Nobody here has to say that it cannot be read: the stage that does is named in topics.ts. */
  | { kind: 'skipped' }
  | { kind: 'unreadable'; code: ErrorCode; detail: string }

/** What a record means to the alarms of the patient it is keyed by. */
export function eventOfRecord(record: LogRecord, rules: { futureToleranceMs: number }): Read {
  const { topic, offset, appendTimeMs } = record
  const place = { topic, offset, appendTimeMs }
  switch (topic) {
    case 'vitals': {
      const read = readReading(record, rules)
      if (!read.ok || read.reading.modality !== 'vitals') return { kind: 'skipped' }
      return { kind: 'event', event: { ...place, type: 'vitals', reading: read.reading.record, timing: read.timing } }
    }
    case 'predictions': {
      const read = readRecord(topic, record)
      if (!read.ok) return { kind: 'unreadable', code: read.code, detail: read.detail }
      return { kind: 'event', event: { ...place, type: 'prediction', prediction: read.record } }
    }
    case 'alert-commands': {
      const read = readRecord(topic, record)
      if (!read.ok) return { kind: 'unreadable', code: read.code, detail: read.detail }
      return { kind: 'event', event: { ...place, type: 'command', command: read.record } }
    }
    case 'patient-context': {
      if (record.value === null) return { kind: 'event', event: { ...place, type: 'context', context: null } }
      const read = readRecord(topic, record)
      return read.ok
        ? { kind: 'event', event: { ...place, type: 'context', context: read.record } }
        : { kind: 'skipped' }
    }
    default:
      return { kind: 'skipped' }
  }
}

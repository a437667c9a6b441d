import { type ErrorCode } from '../errors.ts'
import { type Outbound } from '../reading.ts'
import { type StageName } from '../stage.ts'
import { type LogRecord } from './log.ts'
import { outbound } from './outbound.ts'

/**
 * The dead letter of a record: its bytes, where it lay and why. The id is deterministic, so that a second reading after a
 * crash gives the same letter. `detail` never holds the record's content.
 */
export function deadLetterOf(record: LogRecord, code: ErrorCode, detail: string, detectedBy: StageName): Outbound {
  const { topic, partition, offset, appendTimeMs, key, value } = record
  return outbound('dead-letter', {
    id: `${topic}-${partition}-${offset}`,
    topic,
    partition,
    offset,
    appendTimeMs,
    code,
    detail,
    detectedBy,
    key: key === '' ? null : Buffer.from(key, 'utf8'),
    value,
  })
}

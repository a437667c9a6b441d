import { createHash } from 'node:crypto'
import type { ErrorCode } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import type { StageName } from '../stage.ts'
import type { LogRecord } from './log.ts'
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

/** Of a record that the log does not take, so much is kept: all of it would not be taken either. */
const KEPT_BYTES = 1_024

/** The dead letter of a record that never came to lie in the log. */
export function deadLetterOfRefused({ topic, key, value }: Outbound, code: ErrorCode, nowMs: number): Outbound {
  const bytes = Buffer.from(value ?? '')
  return outbound('dead-letter', {
    id: createHash('sha256').update(`${topic}|${key}|${code}|`).update(bytes).digest('hex').slice(0, 32),
    topic,
    partition: -1,
    offset: -1,
    appendTimeMs: nowMs,
    code,
    detail: `${bytes.length} bytes, of which the first are kept`,
    detectedBy: 'acquire',
    key: Buffer.from(key, 'utf8'),
    value: bytes.subarray(0, KEPT_BYTES),
  })
}

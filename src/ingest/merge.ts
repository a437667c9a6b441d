import { lengthOf } from './fetched-record.ts'
import type { LogRecord } from './log.ts'

/** The records of one topic in offset order, of which the next can be looked at before it is taken. */
export interface Run {
  head(): LogRecord | undefined
  take(): unknown
}

/** The run whose head comes first: by append time, then by the order of the runs. Undefined when no run has a head. */
export function earliest<R extends Run>(runs: readonly R[]): R | undefined {
  let first: R | undefined
  let firstMs = Infinity
  for (const run of runs) {
    const head = run.head()
    if (head !== undefined && head.appendTimeMs < firstMs) {
      first = run
      firstMs = head.appendTimeMs
    }
  }
  return first
}

/** What a record counts for in the bounds of a batch. */
export function sizeOf(record: LogRecord): number {
  return lengthOf(record) + record.key.length + 64
}

/** A batch ends after so many bytes or records, and holds at least one. */
export const BATCH_BYTES = 1_000_000
export const BATCH_RECORDS = 2_000
/** Who reads bytes where they lie is through with more of them as soon, and answers in larger requests. */
export const LENT_BATCH_BYTES = 8_000_000
export const LENT_BATCH_RECORDS = 8_000

import type { LogRecord } from './log.ts'
import type { TopicName } from './topics.ts'

/** Where a record's value lies: from `start` to `end` of `bytes`, which may hold much else. */
export interface ValuePlace {
  bytes: Buffer
  start: number
  end: number
}

/**
 * A record that lies in the answer of a fetch. A buffer of its own costs more than all else about it, so it gets one only when
 * somebody asks for its value; who reads the bytes in place asks for the place.
 */
export class FetchedRecord implements LogRecord, ValuePlace {
  readonly topic: TopicName
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly appendTimeMs: number
  readonly bytes: Buffer
  readonly start: number
  /** before `start`: a tombstone */
  readonly end: number

  constructor(
    of: { topic: TopicName; partition: number },
    offset: number,
    key: string,
    appendTimeMs: number,
    bytes: Buffer,
    start: number,
    end: number,
  ) {
    this.topic = of.topic
    this.partition = of.partition
    this.offset = offset
    this.key = key
    this.appendTimeMs = appendTimeMs
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  get value(): Buffer | null {
    return this.end < this.start ? null : this.bytes.subarray(this.start, this.end)
  }
}

/** A record whose bytes soon give way to others: what is kept of it is a copy. */
export class LentRecord extends FetchedRecord {
  override get value(): Buffer | null {
    const view = super.value
    return view === null ? null : Buffer.from(view)
  }
}

/** Where the value of a record lies; null: a tombstone. */
export function placeOf(record: LogRecord): ValuePlace | null {
  if (record instanceof FetchedRecord) return record.end < record.start ? null : record
  const { value } = record
  return value === null ? null : { bytes: value, start: 0, end: value.length }
}

/** The length of a record's value; 0 for a tombstone. */
export function lengthOf(record: LogRecord): number {
  if (record instanceof FetchedRecord) return Math.max(0, record.end - record.start)
  return record.value?.length ?? 0
}

import type { Clock } from '../clock.ts'
import type { LogRecord } from '../ingest/log.ts'
import { rowCount } from './tables.ts'
import type { RowsResult } from './rows-of-record.ts'

/** A record that waits to be stored, with what it leaves in the archive. */
export interface Entry {
  record: LogRecord
  result: RowsResult
}

export interface BufferLimits {
  /** Most rows in one batch. */
  batchRows: number
  /** Most bytes of records in one batch. */
  batchBytes: number
  /** Longest time a record waits for its batch to fill. */
  intervalMs: number
}

/**
 * Records between the log and the archive, first in first out. It holds two batches; `add` then waits, so that while
 * the database is away nothing grows and the log is simply not read on.
 */
export class RecordBuffer {
  readonly #limits: BufferLimits
  readonly #clock: Clock
  #entries: Entry[] = []
  #rows = 0
  #bytes = 0
  #firstAtMs = 0
  #ended = false
  #closed = false
  readonly #changed = new Set<() => void>()

  constructor(limits: BufferLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Takes records in, then resolves when there is room for more, or the buffer is closed. */
  async add(entries: readonly Entry[]): Promise<void> {
    if (this.#closed) return
    if (this.#entries.length === 0) this.#firstAtMs = this.#clock.monotonicMs()
    for (const entry of entries) {
      this.#entries.push(entry)
      this.#count(entry, 1)
    }
    this.#wake()
    const { batchRows, batchBytes } = this.#limits
    while (!this.#closed && (this.#ended || this.#rows >= 2 * batchRows || this.#bytes >= 2 * batchBytes))
      await this.#change()
  }

  /** Resolves to the next batch when it is full or its first record has waited long enough; to none when ended. */
  async next(): Promise<readonly Entry[]> {
    for (;;) {
      if (this.#ended) return []
      if (this.#entries.length > 0) {
        const { batchRows, batchBytes, intervalMs } = this.#limits
        const waitMs = this.#firstAtMs + intervalMs - this.#clock.monotonicMs()
        if (waitMs <= 0 || this.#rows >= batchRows || this.#bytes >= batchBytes) return this.#head()
        const timer = this.#clock.after(waitMs, () => this.#wake())
        await this.#change()
        timer.cancel()
      } else await this.#change()
    }
  }

  /** Lets go of records that are stored. */
  remove(stored: readonly Entry[]): void {
    const gone = new Set(stored)
    this.#keep((entry) => !gone.has(entry))
    this.#firstAtMs = this.#clock.monotonicMs()
  }

  /** Lets go of the records of partitions that are no longer ours: their new owner reads them again. */
  drop(partitions: readonly number[]): void {
    this.#keep(({ record }) => !partitions.includes(record.partition))
  }

  /** Append time of the oldest record that waits, or null. */
  oldestAppendMs(): number | null {
    return this.#entries.reduce<number | null>(
      (oldest, { record }) => (oldest === null ? record.appendTimeMs : Math.min(oldest, record.appendTimeMs)),
      null,
    )
  }

  /** Bytes of the records that wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** No batch comes out any more; whoever adds waits. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Lets everything go, and everyone who waits. */
  close(): void {
    this.#ended = true
    this.#closed = true
    this.#keep(() => false)
  }

  #head(): Entry[] {
    let rows = 0
    let bytes = 0
    const end = this.#entries.findIndex((entry, index) => {
      rows += weight(entry)
      bytes += size(entry)
      return index > 0 && (rows > this.#limits.batchRows || bytes > this.#limits.batchBytes)
    })
    return end < 0 ? [...this.#entries] : this.#entries.slice(0, end)
  }

  #keep(wanted: (entry: Entry) => boolean): void {
    this.#entries = this.#entries.filter((entry) => {
      const stays = wanted(entry)
      if (!stays) this.#count(entry, -1)
      return stays
    })
    this.#wake()
  }

  #count(entry: Entry, sign: 1 | -1): void {
    this.#rows += sign * weight(entry)
    this.#bytes += sign * size(entry)
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#changed.add(resolve))
  }

  #wake(): void {
    const waiting = [...this.#changed]
    this.#changed.clear()
    for (const resolve of waiting) resolve()
  }
}

/** Rows of a record; at least one, so that records without rows are bounded too. */
function weight({ result }: Entry): number {
  return result.ok ? Math.max(1, rowCount(result.rows)) : 1
}

function size({ record }: Entry): number {
  return record.value?.length ?? 0
}

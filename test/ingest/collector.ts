import type { Batch, LogRecord, Receiver } from '../../src/ingest/log.ts'

/** A wait that takes longer than this has failed. */
const PATIENCE_MS = 30_000

/** A receiver that keeps what it gets and says when it has got what was waited for. */
export class Collector implements Receiver {
  readonly batches: Batch[] = []
  readonly assignedPartitions: number[][] = []
  readonly revokedPartitions: number[][] = []
  readonly errors: Error[] = []
  /** What a test does while a batch is being received. */
  during: (batch: Batch) => Promise<void> = async () => undefined
  running = 0
  readonly #waiting = new Set<() => void>()

  get records(): LogRecord[] {
    return this.batches.flatMap(({ records }) => records)
  }

  /** Keys and values as `key=value`, in the order of arrival. */
  get seen(): string[] {
    return this.records.map(({ key, value }) => `${key}=${value === null ? 'null' : value.toString()}`)
  }

  readonly assigned = async (partitions: readonly number[]): Promise<void> => {
    this.assignedPartitions.push([...partitions].sort((a, b) => a - b))
    this.#changed()
  }

  readonly revoked = async (partitions: readonly number[]): Promise<void> => {
    this.revokedPartitions.push([...partitions].sort((a, b) => a - b))
    this.#changed()
  }

  readonly receive = async (batch: Batch): Promise<void> => {
    this.running++
    try {
      this.batches.push(batch)
      this.#changed()
      await this.during(batch)
    } finally {
      this.running--
      this.#changed()
    }
  }

  readonly onFailed = (error: Error): void => {
    this.errors.push(error)
    this.#changed()
  }

  /** Resolves as soon as `holds`; rejects when that takes too long. */
  async until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!holds()) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`waited ${PATIENCE_MS} ms until ${what}; ${this.records.length} records came`))
      }, PATIENCE_MS)
      this.#waiting.add(check)
    })
  }

  untilCount(count: number): Promise<void> {
    return this.until(() => this.records.length >= count, `${count} records came`)
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check()
  }
}

import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { type ErrorCode, RETRYABLE, VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import { type AcquireTracing, traceRecords } from './acquire-trace.ts'
import type { Publisher } from './bed-source.ts'
import { type FairBatch, FairQueue } from './fair-queue.ts'
import { Spool } from './spool.ts'

/** One append to the log: brokers refuse batches of more than 1 MB. */
const BATCH_RECORDS = 500
const BATCH_BYTES = 768 * 1024
/** To one batch that goes to disk behind them, so that the spool empties although a feed catches up meanwhile. */
const DRAIN_BATCHES = 4

export interface SpoolingOptions {
  /** Rejects with a retryable VigilError while the log is away. */
  append: (records: readonly Outbound[]) => Promise<void>
  /** What becomes of a record that the log will never take. It must not hold up all that waits behind it. */
  refused: (record: Outbound, code: ErrorCode) => Outbound
  /** Of this process alone. */
  folder: string
  clock: Clock
  logger: Logger
  /** Records that went to disk instead of the log. */
  onSpooled?: (count: number) => void
  /** null: nothing is traced. */
  tracing?: AcquireTracing | null
  /** Pause between two tries while the log is away. */
  retryMs: number
}

export interface SpoolState {
  /** Records on disk that the log does not have yet. */
  spooled: number
  away: boolean
}

/** What `vigil acquire` needs besides publishing: to know at its end that all is in the log. */
export interface DrainingPublisher extends Publisher {
  /** True once nothing waits on disk; false after `timeoutMs`. */
  drained(timeoutMs: number): Promise<boolean>
  state(): SpoolState
}

/**
 * Appends to the log, the records of each patient in order, and patients in turn: see fair-queue.ts. While the log is away
 * records go to disk, and from there to the log, oldest first, when it is back; a patient's record is never passed by a
 * later one. `publish` resolves when the records are safe: callers that wait for it
 * hold no more than they have in hand. An append whose outcome is unknown is made again, so that records may come twice.
 */
export class SpoolingPublisher implements DrainingPublisher {
  readonly #options: SpoolingOptions
  #spool: Promise<Spool> | null = null
  #turn: Promise<unknown> = Promise.resolve()
  readonly #queue = new FairQueue()
  #away = false
  #spooled = 0
  #spooledBytes = 0
  #retry: Timer | null = null
  #closed = false
  #lastCode: ErrorCode | 'UNKNOWN' | null = null
  readonly #waiting = new Set<() => void>()

  constructor(options: SpoolingOptions) {
    this.#options = options
  }

  /** Opens the spool and begins to drain what an earlier run left. Throws LOG_LOCKED, FOLDER_UNWRITABLE, DISK_FULL. */
  async open(): Promise<void> {
    const spool = await this.#opened()
    this.#measure(spool)
    if (spool.count === 0) return
    this.#away = true
    this.#options.logger.warn({ spooled: spool.count }, 'records of an earlier run wait on disk')
    this.#scheduleDrain(0)
  }

  /** Throws DISK_FULL when neither the log nor the disk takes the records, and whatever of append is not LOG_UNAVAILABLE. */
  publish(records: readonly Outbound[]): Promise<void> {
    const idle = this.#queue.isEmpty
    const safe = this.#queue.give(records)
    // Each batch takes its turn; those that are given meanwhile share the next ones.
    if (idle && records.length > 0) this.#scheduleBatch()
    return safe
  }

  state(): SpoolState {
    return { spooled: this.#spooled, away: this.#away }
  }

  /** Bytes on disk that the log does not have yet. */
  get spooledBytes(): number {
    return this.#spooledBytes
  }

  async drained(timeoutMs: number): Promise<boolean> {
    await this.#turn
    if (this.#spooled === 0) return true
    this.#scheduleDrain(0)
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        this.#waiting.delete(done)
        resolve(this.#spooled === 0)
      }
      const timer = this.#options.clock.after(timeoutMs, done)
      this.#waiting.add(done)
    })
  }

  /** What waits on disk stays there for the next run. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#retry?.cancel()
    await this.#inTurn(async () => {
      if (this.#spool !== null) await (await this.#spool).close()
    })
    for (const done of [...this.#waiting]) done()
  }

  #opened(): Promise<Spool> {
    this.#spool ??= Spool.open(this.#options.folder, this.#options.logger, this.#options.clock)
    return this.#spool
  }

  #scheduleBatch(): void {
    void this.#inTurn(async () => {
      const batch = this.#queue.take(BATCH_RECORDS, BATCH_BYTES)
      if (batch === null) return
      if (!(await this.#settle(batch))) for (const alone of batch.apart()) await this.#settle(alone)
      if (!this.#queue.isEmpty) this.#scheduleBatch()
    })
  }

  /** False: it was refused, and there are several who gave it. */
  async #settle(batch: FairBatch): Promise<boolean> {
    try {
      await this.#keep(batch)
      batch.done()
    } catch (error) {
      if (batch.apart().length > 1) return false
      batch.failed(error)
    }
    return true
  }

  async #keep({ records }: FairBatch): Promise<void> {
    if (this.#closed) throw new VigilError('LOG_UNAVAILABLE', 'the publisher is closed')
    const spool = await this.#opened()
    const startMs = this.#options.clock.nowMs()
    if (!this.#away && spool.count === 0) {
      try {
        await this.#options.append(records)
        this.#trace(records, 'acquire append', startMs, true)
        return
      } catch (error) {
        if (!isPassing(error)) throw error
        this.#left(error)
      }
    }
    this.#away = true
    await spool.append(records)
    this.#measure(spool)
    this.#options.onSpooled?.(records.length)
    this.#trace(records, 'acquire spool', startMs, true)
    this.#scheduleDrain(this.#options.retryMs)
  }

  #trace(
    records: readonly Outbound[],
    name: 'acquire append' | 'acquire spool',
    startMs: number,
    first: boolean,
  ): void {
    const { tracing, clock } = this.#options
    if (tracing?.tracer.on === true) traceRecords(tracing, records, { name, startMs, endMs: clock.nowMs() }, first)
  }

  #measure(spool: Spool): void {
    this.#spooled = spool.count
    this.#spooledBytes = spool.bytes
  }

  #scheduleDrain(delayMs: number): void {
    if (this.#closed || (this.#retry !== null && delayMs > 0)) return
    this.#retry?.cancel()
    this.#retry = this.#options.clock.after(delayMs, () => {
      this.#retry = null
      // Batches take their turn between publishes; a failure is dealt with inside.
      void this.#inTurn(() => this.#drainBatch())
    })
  }

  async #drainBatch(): Promise<void> {
    if (this.#closed) return
    try {
      const spool = await this.#opened()
      for (let batches = 0; batches < DRAIN_BATCHES; batches++) {
        const batch = await spool.peek(BATCH_RECORDS, BATCH_BYTES)
        if (batch === null) break
        const startMs = this.#options.clock.nowMs()
        await this.#appendSpooled(batch.records)
        this.#trace(batch.records, 'acquire append', startMs, false)
        await spool.drop(batch)
        this.#measure(spool)
      }
      if (spool.count > 0) this.#scheduleDrain(0)
      else this.#returned()
    } catch (error) {
      // Whatever it is, the records stay on disk: a log that refuses them for good needs a person, not their loss.
      this.#left(error)
      this.#scheduleDrain(this.#options.retryMs)
    }
  }

  async #appendSpooled(records: readonly Outbound[]): Promise<void> {
    try {
      await this.#options.append(records)
    } catch (error) {
      if (!isRefusal(error)) throw error
      // One of them it is; those that went in come twice, and are known by their sequence numbers.
      for (const record of records) await this.#appendAlone(record)
    }
  }

  async #appendAlone(record: Outbound): Promise<void> {
    const { append, refused, logger } = this.#options
    try {
      await append([record])
    } catch (error) {
      if (!isRefusal(error)) throw error
      const { code } = error
      logger.error(
        { code, topic: record.topic, bytes: record.value?.length },
        'a record is refused: it is a dead letter',
      )
      await append([refused(record, code)])
    }
  }

  #left(error: unknown): void {
    const code = error instanceof VigilError ? error.code : 'UNKNOWN'
    this.#away = true
    if (code !== this.#lastCode) this.#options.logger.error({ code }, 'the log is away: records go to disk')
    this.#lastCode = code
  }

  #returned(): void {
    if (this.#away) this.#options.logger.warn('the log has everything that waited on disk')
    this.#away = false
    this.#lastCode = null
    for (const done of [...this.#waiting]) done()
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof VigilError && RETRYABLE.has(error.code)
}

function isRefusal(error: unknown): error is VigilError {
  return error instanceof VigilError && error.code === 'RECORD_TOO_LARGE'
}

import type { Logger } from 'pino'
import { VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import type { AppendTime } from './append-time.ts'
import type { EmbeddedTables, Entry } from './embedded-tables.ts'
import { writeFailure } from './embedded-failure.ts'
import { isTopicName } from './topic-name.ts'
import type { TopicName } from './topics.ts'

export interface EmbeddedAppenderOptions {
  folder: string
  tables: EmbeddedTables
  time: AppendTime
  logger: Logger
  /** Appends resolve only when they are on disk. */
  syncEach: boolean
  onGrown(grown: ReadonlyMap<TopicName, ReadonlySet<number>>): void
}

interface Waiting {
  entries: readonly Entry[]
  bytes: number
  resolve(): void
  reject(error: unknown): void
}

/** One transaction takes what came in one turn of the event loop, up to this; it holds the loop while it is written. */
const TRANSACTION_BYTES = 4_000_000

/**
 * Appends to the embedded log. Appends that come together share a transaction; each of them is taken whole or not at all.
 * One with an alert waits for no others: the rest of this turn of the event loop takes longer than a transaction does.
 */
export class EmbeddedAppender {
  readonly #options: EmbeddedAppenderOptions
  readonly #waiting: Waiting[] = []
  #scheduled = false
  #closed = false
  #unsynced = false
  #healthy = true
  #durable = true

  constructor(options: EmbeddedAppenderOptions) {
    this.#options = options
  }

  /** Whether the last transaction was taken. */
  get healthy(): boolean {
    return this.#healthy
  }

  async append(records: readonly Outbound[]): Promise<void> {
    if (this.#closed) throw new VigilError('LOG_UNAVAILABLE', 'the log is closed')
    if (records.length === 0) return
    const entries = records.map(({ topic, key, value }): Entry => {
      if (!isTopicName(topic)) throw new RangeError(`no topic is called ${topic}`)
      return { topic, key, value }
    })
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0) + 64, 0)
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entries, bytes, resolve, reject })
      if (entries.some(({ topic }) => topic === 'alerts')) this.#writeAll()
      else this.#schedule()
    })
    if (this.#options.syncEach) await this.#sync(bytes)
  }

  /** Forces to disk what has come since the last time. */
  async sync(): Promise<void> {
    if (!this.#unsynced) return
    this.#unsynced = false
    try {
      await this.#options.tables.sync()
      if (!this.#durable) this.#options.logger.warn('the log is forced to disk again')
      this.#durable = true
    } catch (error) {
      this.#unsynced = true
      if (this.#durable) this.#options.logger.error({ err: error }, 'the log could not be forced to disk')
      this.#durable = false
    }
  }

  /** Takes what waits, then nothing more. */
  close(): void {
    this.#writeAll()
    this.#closed = true
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#write()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  #writeAll(): void {
    while (this.#waiting.length > 0) this.#write()
  }

  #write(): void {
    const { tables, time, folder, logger, onGrown } = this.#options
    const taken: Waiting[] = []
    let bytes = 0
    while (this.#waiting.length > 0 && bytes < TRANSACTION_BYTES) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      taken.push(next)
      bytes += next.bytes
    }
    if (taken.length === 0) return
    let grown: ReadonlyMap<TopicName, ReadonlySet<number>>
    const appendTimeMs = time.next()
    try {
      const entries = taken.flatMap(({ entries: own }) => own)
      grown = tables.append(entries, appendTimeMs)
    } catch (cause) {
      const failure = writeFailure(folder, cause, bytes)
      if (this.#healthy) logger.error({ err: failure }, 'the log takes no records')
      this.#healthy = false
      for (const { reject } of taken) reject(failure)
      return
    }
    if (!this.#healthy) logger.warn('the log takes records again')
    this.#healthy = true
    this.#unsynced = true
    time.appended(appendTimeMs)
    for (const { resolve } of taken) resolve()
    onGrown(grown)
  }

  async #sync(bytes: number): Promise<void> {
    try {
      await this.#options.tables.sync()
    } catch (cause) {
      throw writeFailure(this.#options.folder, cause, bytes)
    }
  }
}

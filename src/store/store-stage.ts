import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { Config } from '../config.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import type { ErrorCode } from '../errors.ts'
import { deadLetterOf } from '../ingest/dead-letter.ts'
import type { Batch, Log, LogRecord, Positions, Subscription } from '../ingest/log.ts'
import { TOPICS } from '../ingest/topics.ts'
import type { Metrics } from '../metrics.ts'
import type { Stage, StageHealth } from '../stage.ts'
import { NO_TRACER, type Tracer } from '../trace.ts'
import type { Archive } from './archive.ts'
import { ArchiveKeeper, type OpenArchive } from './archive-keeper.ts'
import { writeEntries } from './batch-writer.ts'
import { type Entry, RecordBuffer } from './record-buffer.ts'
import { rowsOf, STORED_TOPICS } from './rows-of-record.ts'
import { traceStored } from './store-trace.ts'
import { TABLE_NAMES } from './tables.ts'

export interface StoreStageOptions {
  log: Log
  openArchive: OpenArchive
  config: Pick<Config, 'storeBatchRows' | 'storeIntervalMs' | 'futureToleranceMs'>
  clock: Clock
  metrics: Metrics
  logger: Logger
  tracer?: Tracer
}

export type StoreStage = Stage & {
  /** The archive while it is open. Ask at every use: after an outage it is another one. */
  archive(): Archive | null
}

/**
 * Frames and audio weigh more than rows: a batch is bounded by bytes too. Encoding a batch holds the event loop, which
 * live alerts share: at 1 MB catching up is as fast as at 4 MB, and holds it half as long.
 */
const BATCH_BYTES = 1_000_000
const GAUGE_MS = 1_000
const RESUBSCRIBE_MS = 5_000
/** Of the time to stop, what the archive leaves to leave the group in order. */
const LEAVE_MS = 1_500
/** Behind by more than this, the archive is said to be catching up. */
const BEHIND_MS = 30_000

export function createStoreStage(options: StoreStageOptions): StoreStage {
  return new LogToArchive(options)
}

/**
 * Everything on the topics into the archive; an offset is committed only after its rows are. Nothing waits for it: while
 * the database is away the records stay in the log, and the stage reads on from the committed offsets.
 */
class LogToArchive implements StoreStage {
  readonly name = 'store'
  readonly #options: StoreStageOptions
  readonly #keeper: ArchiveKeeper
  readonly #buffer: RecordBuffer
  readonly #timers: Timer[] = []
  readonly #uncommitted = new Map<number, Positions>()
  #subscription: Subscription | null = null
  #state: 'new' | 'started' | 'stopped' = 'new'

  constructor(options: StoreStageOptions) {
    const { config, clock, openArchive, logger } = options
    this.#options = options
    this.#keeper = new ArchiveKeeper(openArchive, clock, logger)
    this.#buffer = new RecordBuffer(
      { batchRows: config.storeBatchRows, batchBytes: BATCH_BYTES, intervalMs: config.storeIntervalMs },
      clock,
    )
  }

  archive(): Archive | null {
    return this.#keeper.current()
  }

  async start(): Promise<void> {
    this.#state = 'started'
    this.#timers.push(
      this.#options.clock.every(GAUGE_MS, () => this.#options.metrics.archiveBehindMs.set(this.#behindMs())),
    )
    const { metrics } = this.#options
    metrics.beforeRender(() => metrics.queueBytes.set({ queue: 'store' }, this.#buffer.bytes))
    this.#keeper.use((archive) => this.#write(archive))
    await this.#subscribe()
  }

  async stop(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    for (const timer of this.#timers) timer.cancel()
    // The batch in hand is finished; what only waits is read again at the next start.
    this.#buffer.end()
    await this.#keeper.stop(deadline.earlier(LEAVE_MS))
    const stopping = this.#subscription?.stop(deadline)
    this.#buffer.close()
    await stopping
  }

  health(): StageHealth {
    if (this.#state === 'stopped') return { state: 'stopped', detail: 'the archive is closed' }
    const behindMs = this.#behindMs()
    const behind = `it is ${Math.round(behindMs / 1000)} s behind`
    const problem = this.#keeper.problem()
    if (problem !== null && !problem.passes)
      return { state: 'failed', detail: `${problem.says} (${problem.code}); the archive stands still, ${behind}` }
    if (problem !== null)
      return { state: 'degraded', detail: `${problem.says}; ${behind} and catches up from the log by itself` }
    if (this.#keeper.current() === null) return { state: 'starting', detail: `the archive opens; ${behind}` }
    if (this.#subscription === null) return { state: 'degraded', detail: 'the archive waits for the log' }
    if (behindMs > BEHIND_MS) return { state: 'degraded', detail: `the archive is catching up; ${behind}` }
    return { state: 'running', detail: `everything is stored (${this.#keeper.current()?.kind}); ${behind}` }
  }

  async #subscribe(): Promise<void> {
    const { log, logger, clock } = this.#options
    const again = (error: unknown): void => {
      this.#subscription = null
      if (this.#state !== 'started') return
      const detail = error instanceof Error ? error.message : ''
      logger.warn({ detail }, 'the archive lost the log and subscribes again')
      this.#timers.push(clock.after(RESUBSCRIBE_MS, () => void this.#subscribe()))
    }
    try {
      const subscription = await log.subscribe({
        group: 'vigil-store',
        topics: STORED_TOPICS,
        delivery: 'arrival',
        from: 'beginning',
        receiver: {
          // Whatever is left of an earlier ownership comes again from the committed offset.
          assigned: async (partitions) => this.#letGo(partitions),
          revoked: async (partitions) => this.#letGo(partitions),
          receive: (batch) => this.#receive(batch),
        },
        onFailed: again,
      })
      this.#subscription = subscription
      if (this.#isStopped()) await subscription.stop()
    } catch (error) {
      again(error)
    }
  }

  #letGo(partitions: readonly number[]): void {
    this.#buffer.drop(partitions)
    for (const partition of partitions) this.#uncommitted.delete(partition)
  }

  /** Read anew at each use: it changes while we wait. */
  #isStopped(): boolean {
    return this.#state === 'stopped'
  }

  #receive(batch: Batch): Promise<void> {
    const rules = { futureToleranceMs: this.#options.config.futureToleranceMs }
    return this.#buffer.add(batch.records.map((record) => ({ record, result: rowsOf(record, rules) })))
  }

  /** Writes batch after batch until the buffer ends; throws when the archive or the log is lost. */
  async #write(archive: Archive): Promise<void> {
    for (let entries = await this.#buffer.next(); entries.length > 0; entries = await this.#buffer.next()) {
      await this.#store(archive, entries)
      this.#keeper.works()
      this.#buffer.remove(entries)
    }
  }

  async #store(archive: Archive, entries: readonly Entry[]): Promise<void> {
    const { clock, config, metrics, log, logger, tracer = NO_TRACER } = this.#options
    const startedMs = clock.monotonicMs()
    const { counts, refused } = await writeEntries(archive, entries)
    metrics.storeBatchMs.observe(clock.monotonicMs() - startedMs)
    for (const table of TABLE_NAMES) metrics.rowsStored.inc({ table }, counts[table] ?? 0)
    traceStored(tracer, entries, config, clock.nowMs())
    const unstored = [
      ...refused.map(({ entry, sqlstate }) => unstorable(entry.record, 'ROW_REFUSED', `SQLSTATE ${sqlstate}`)),
      ...undecodable(entries),
    ]
    if (unstored.length > 0)
      await log.append(unstored.map(({ record, code, detail }) => deadLetterOf(record, code, detail, 'store')))
    for (const { record, code, detail } of unstored) {
      metrics.deadLetters.inc({ code })
      logger.warn({ code, detail, topic: record.topic }, 'a record is not stored; it is in dead-letter')
    }
    await this.#commit(entries)
  }

  async #commit(entries: readonly Entry[]): Promise<void> {
    for (const { record } of entries) {
      const positions = this.#uncommitted.get(record.partition) ?? {}
      this.#uncommitted.set(record.partition, { ...positions, [record.topic]: record.offset + 1 })
    }
    for (const [partition, positions] of [...this.#uncommitted]) {
      // The rows are safe: a position that is not committed goes with the next batch, or its records are read again for nothing.
      if ((await this.#subscription?.commit(partition, positions)) !== 'away') this.#uncommitted.delete(partition)
    }
  }

  #behindMs(): number {
    const oldestMs = this.#buffer.oldestAppendMs()
    return oldestMs === null ? 0 : Math.max(0, this.#options.clock.nowMs() - oldestMs)
  }
}

interface Unstorable {
  record: LogRecord
  code: ErrorCode
  detail: string
}

function unstorable(record: LogRecord, code: ErrorCode, detail: string): Unstorable {
  return { record, code, detail }
}

/** Of topics that others read before us, those others send to dead-letter what cannot be read. */
function undecodable(entries: readonly Entry[]): Unstorable[] {
  return entries.flatMap(({ record, result }) =>
    result.ok || TOPICS[record.topic].deadLetteredBy !== 'store'
      ? []
      : [unstorable(record, result.code, result.detail)],
  )
}

import { type Logger } from 'pino'
import { type Clock } from '../clock.ts'
import { type FetchProgress } from './fetch-progress.ts'
import { type LogRecord } from './log.ts'
import { BATCH_BYTES, BATCH_RECORDS, earliest } from './merge.ts'
import { type NextBatch } from './partition-loop.ts'
import { TopicRun } from './topic-run.ts'
import { TOPICS, type TopicName } from './topics.ts'

/** Where reading of a topic begins, and the end of its partition at that time. */
export interface Start {
  position: number
  end: number
}

export interface KafkaReaderOptions {
  partition: number
  topics: readonly TopicName[]
  delivery: 'merged' | 'arrival'
  starts: ReadonlyMap<TopicName, Start>
  mergeWaitMs: number
  progress: FetchProgress
  clock: Clock
  logger: Logger
  pause(topic: TopicName): void
  resume(topic: TopicName): void
}

/** While a topic has this much waiting, no more of it is fetched. */
const BUFFER_BYTES = 2_000_000
/** What is held back is looked at again after this, or when something is fetched. */
const HELD_MS = 20
/** A topic that should have more but shows none for so long has only offsets without records there (compaction). */
const STUCK_MS = 5_000

/**
 * Brings the topics of one partition number together as they are fetched. Merged: a record goes out when no other topic can
 * still come up with an older one. That is known of a topic that has a record waiting; a topic that has not been read to its
 * known end is waited for; a quiet one until a fetch that was sent after the record came has been answered, but not longer than
 * `mergeWaitMs`.
 */
export class KafkaReader {
  readonly #options: KafkaReaderOptions
  readonly #runs: readonly TopicRun[]
  #readThroughMs = 0

  constructor(options: KafkaReaderOptions) {
    this.#options = options
    this.#runs = options.topics.map((topic) => {
      return new TopicRun(topic, options.starts.get(topic) ?? { position: 0, end: 0 }, options.clock)
    })
  }

  push(records: readonly LogRecord[], highWatermark: number): void {
    const { partition, progress, clock, logger, pause } = this.#options
    const first = records[0]
    const run = this.#runs.find(({ topic }) => topic === first?.topic)
    if (first === undefined || run === undefined) return
    if (first.offset > run.position && TOPICS[first.topic].kept === 'delete') {
      const missing = first.offset - run.position
      logger.warn({ topic: run.topic, partition, missing }, 'records were removed by retention before they were read')
    }
    const wasAtEnd = run.position >= run.end
    run.push(records, highWatermark, clock)
    const last = records.at(-1)
    if (wasAtEnd && last !== undefined && run.position >= run.end) progress.sawLive(last.appendTimeMs)
    if (run.bytes > BUFFER_BYTES && !run.paused) {
      run.paused = true
      pause(run.topic)
    }
  }

  next(): NextBatch {
    const { partition } = this.#options
    const records: LogRecord[] = []
    let bytes = 0
    let waitMs: number | null = null
    let more = false
    for (let run = earliest(this.#runs); run !== undefined; run = earliest(this.#runs)) {
      waitMs = this.#heldForMs(run)
      if (waitMs !== null) break
      more = bytes >= BATCH_BYTES || records.length >= BATCH_RECORDS
      if (more) break
      const record = run.take()
      if (record === undefined) break
      records.push(record.record)
      bytes += record.bytes
    }
    this.#resumeFetching()
    this.#readThroughMs = Math.max(this.#readThroughMs, this.#throughMs(records.at(-1)))
    return { batch: { partition, records, readThroughMs: this.#readThroughMs }, more, waitMs }
  }

  /** Whether a record waits to go out. */
  isHolding(): boolean {
    return this.#runs.some((run) => run.head() !== undefined)
  }

  /** Whether everything up to the ends known so far has been handed out. */
  isCaughtUp(): boolean {
    return this.#runs.every((run) => run.head() === undefined && !this.#isLagging(run))
  }

  /** Where each topic would be gone on from, had all that was handed out been processed. */
  positions(): Map<TopicName, number> {
    return new Map(this.#runs.map((run) => [run.topic, run.head()?.offset ?? run.position]))
  }

  /** In how many ms the head of a run is worth another look; null: it may go out. */
  #heldForMs(run: TopicRun): number | null {
    const { delivery, mergeWaitMs, progress, clock } = this.#options
    if (delivery === 'arrival') return null
    const { atMs, wallMs } = run.headReceived()
    const seenMs = progress.seenMs()
    let isHeld = false
    for (const other of this.#runs) {
      if (other === run || other.head() !== undefined) continue
      if (this.#isLagging(other)) return HELD_MS
      isHeld ||= seenMs < wallMs || seenMs < other.fetchedSinceMs
    }
    const leftMs = atMs + mergeWaitMs - clock.monotonicMs()
    return isHeld && leftMs > 0 ? Math.min(leftMs, HELD_MS) : null
  }

  #isLagging(run: TopicRun): boolean {
    if (run.position >= run.end) return false
    const { clock, logger, partition } = this.#options
    if (clock.monotonicMs() - run.movedAtMs < STUCK_MS) return true
    if (this.#options.progress.throughMs() === 0) return true
    logger.info({ topic: run.topic, partition, offsets: run.end - run.position }, 'offsets without records at the end')
    run.end = run.position
    return false
  }

  #throughMs(last: LogRecord | undefined): number {
    const head = earliest(this.#runs)?.head()
    const lagging = this.#runs.some((run) => run.head() === undefined && this.#isLagging(run))
    const seenMs = this.#options.progress.seenMs()
    const unseen = this.#runs.some((run) => run.paused || seenMs < run.fetchedSinceMs)
    const knownMs = lagging || unseen ? 0 : this.#options.progress.throughMs()
    const releasedMs = last === undefined ? 0 : last.appendTimeMs - 1
    if (head !== undefined) return Math.max(releasedMs, Math.min(knownMs, head.appendTimeMs - 1))
    return Math.max(releasedMs, knownMs)
  }

  #resumeFetching(): void {
    for (const run of this.#runs) {
      if (!run.paused || run.bytes > BUFFER_BYTES / 2) continue
      run.paused = false
      run.fetchedSinceMs = this.#options.clock.nowMs()
      this.#options.resume(run.topic)
    }
  }
}

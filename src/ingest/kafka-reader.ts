import type { Clock } from '../clock.ts'
import type { BrokerClock } from './broker-clock.ts'
import type { LogRecord } from './log.ts'
import { BATCH_BYTES, BATCH_RECORDS, LENT_BATCH_BYTES, LENT_BATCH_RECORDS, sizeOf } from './merge.ts'
import type { NextBatch } from './partition-loop.ts'
import type { TopicRun } from './topic-run.ts'

export interface KafkaReaderOptions {
  partition: number
  /** in the order in which ties in append time go */
  runs: readonly TopicRun[]
  delivery: 'merged' | 'arrival'
  mergeWaitMs: number
  bytes: 'lent' | 'kept'
  brokerClock: BrokerClock
  clock: Clock
}

/** What is held back is looked at again after this, or when something is fetched. */
const HELD_MS = 20
/**
 * Brokers stamp a record a moment before they show it, a busy one some tens of ms before: a fetch proves what lies this long before
 * it was sent.
 */
const SETTLING_MS = 50
/** Who has not looked for so long was kept from it; answers may lie unread meanwhile, and are read before a wait is given up. */
const STALLED_MS = 100

/**
 * Brings the topics of one partition number together as they are fetched. Merged: a record goes out when no other topic can
 * still come up with an older one. That is known of a topic that has a record waiting; a topic that has not been read to its
 * known end is waited for; a quiet one until a fetch that was sent well after the record came has been answered, but not longer
 * than `mergeWaitMs`.
 */
export class KafkaReader {
  readonly #options: KafkaReaderOptions
  #readThroughMs = 0
  #lookedAtMs = Infinity
  /** What went out last: when it was appended, and when it had come for sure. */
  #outMs = 0
  #outCameMs = Infinity

  constructor(options: KafkaReaderOptions) {
    this.#options = options
  }

  next(): NextBatch {
    const { partition, delivery, bytes: how } = this.#options
    const mostBytes = how === 'lent' ? LENT_BATCH_BYTES : BATCH_BYTES
    const mostRecords = how === 'lent' ? LENT_BATCH_RECORDS : BATCH_RECORDS
    for (const run of this.#options.runs) run.settle()
    const records: LogRecord[] = []
    let bytes = 0
    let waitMs: number | null = null
    let last: TopicRun | null = null
    let more = false
    // What holds for one record of an answer holds for the next, until a topic has run dry. What is old is not held at all.
    let cleared = delivery === 'arrival' ? Infinity : -1
    let oldMs = delivery === 'arrival' ? Infinity : this.#surelySeenMs()
    for (let run = this.#earliest(); run !== undefined; run = this.#earliest()) {
      if (run.headMs > oldMs && run.headCameAtMs.wall > cleared) {
        waitMs = this.#heldForMs(run)
        if (waitMs !== null) break
        cleared = run.headCameAtMs.wall
      }
      more = bytes >= mostBytes || records.length >= mostRecords
      if (more) break
      const record = run.shift()
      if (record === undefined) break
      records.push(record)
      last = run
      bytes += sizeOf(record)
      if (run.isEmpty && delivery === 'merged') {
        cleared = -1
        oldMs = this.#surelySeenMs()
      }
    }
    this.#lookedAtMs = this.#options.clock.monotonicMs()
    if (last !== null) this.#wentOut(records.at(-1), last)
    this.#readThroughMs = Math.max(this.#readThroughMs, this.#throughMs())
    return { batch: { partition, records, readThroughMs: this.#readThroughMs }, more, waitMs }
  }

  /** Whether a record waits to go out. */
  isHolding(): boolean {
    return this.#options.runs.some((run) => !run.isEmpty)
  }

  #earliest(): TopicRun | undefined {
    let first: TopicRun | undefined
    let firstMs = Infinity
    for (const run of this.#options.runs) {
      if (run.headMs >= firstMs) continue
      first = run
      firstMs = run.headMs
    }
    return first
  }

  /** In how many ms the head of a run is worth another look; null: it may go out. */
  #heldForMs(run: TopicRun): number | null {
    const { mergeWaitMs, clock, runs } = this.#options
    const cameAt = run.headCameAtMs
    let isHeld = false
    for (const other of runs) {
      if (!other.isEmpty) continue
      if (!other.atEnd) return HELD_MS
      isHeld ||= other.seenMs <= cameAt.wall + SETTLING_MS
    }
    if (!isHeld) return null
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#lookedAtMs > STALLED_MS) return HELD_MS
    const leftMs = cameAt.monotonic + mergeWaitMs - nowMs
    return leftMs > 0 ? Math.min(leftMs, HELD_MS) : null
  }

  #wentOut(record: LogRecord | undefined, run: TopicRun): void {
    if (record === undefined) return
    this.#outMs = record.appendTimeMs
    this.#outCameMs = run.cameMs
  }

  #throughMs(): number {
    let throughMs = Infinity
    for (const run of this.#options.runs) {
      const runMs = run.isEmpty ? Math.max(this.#seenThroughMs(run), this.#shownThroughMs(run)) : run.headMs - 1
      throughMs = Math.min(throughMs, runMs)
    }
    return Math.max(throughMs, this.#outMs - 1)
  }

  /**
   * What let the last record go shows as well that nothing else has its append time: windows close with it and need not wait
   * until the brokers' clock is surely past it.
   */
  #shownThroughMs({ atEnd, seenMs }: TopicRun): number {
    return atEnd && seenMs > this.#outCameMs + SETTLING_MS ? this.#outMs : 0
  }

  /** The append time up to which the topics with nothing waiting have been seen for sure. */
  #surelySeenMs(): number {
    let seenMs = Infinity
    for (const run of this.#options.runs) {
      if (!run.isEmpty) continue
      seenMs = Math.min(seenMs, run.atEnd ? this.#options.brokerClock.surelyThroughMs(run.seenMs) : -Infinity)
    }
    return seenMs
  }

  #seenThroughMs({ atEnd, seenMs }: TopicRun): number {
    return atEnd ? this.#options.brokerClock.throughMs(seenMs) : 0
  }
}

import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { deadLetterOf } from '../ingest/dead-letter.ts'
import type { Batch, Log, LogRecord, Positions } from '../ingest/log.ts'
import type { Metrics } from '../metrics.ts'
import type { Outbound } from '../reading.ts'
import { NO_TRACER, type Tracer } from '../trace.ts'
import type { AlarmRules } from './alarm-rules.ts'
import { outboxOf, writeAlerts } from './alert-writer.ts'
import { eventOfRecord } from './event-of-record.ts'
import { Ownership } from './ownership.ts'
import { PartitionAlarms, type Write } from './partition-alarms.ts'
import { RaiseTrace } from './raise-trace.ts'
import { restoredStates } from './restored-states.ts'

export interface PartitionKeeperOptions {
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
  tracer?: Tracer
  rules: AlarmRules
  commit: (partition: number, positions: Positions) => Promise<'committed' | 'fenced' | 'away'>
}

interface Kept {
  alarms: PartitionAlarms
  ownership: Ownership
  /** Silence of feeds counts from here. */
  watchingSinceMs: number
  committedAtMs: number
}

/** Commits only shorten what is read again. */
const COMMIT_EVERY_MS = 1_000

/** Keeps the alarms of the partitions this process owns, from their assignment until they are revoked. */
export class PartitionKeeper {
  readonly #options: PartitionKeeperOptions
  readonly #kept = new Map<number, Kept>()

  constructor(options: PartitionKeeperOptions) {
    this.#options = options
  }

  async assigned(partitions: readonly number[], signal?: AbortSignal): Promise<void> {
    const { log, logger, clock, metrics, rules, commit } = this.#options
    const ownerships = new Map(
      partitions.map((partition) => [partition, new Ownership(clock, (positions) => commit(partition, positions))]),
    )
    const { states, unreadable } = await restoredStates(log, partitions, logger, signal)
    const unsent = log.atomicAppend ? [] : [...states.values()].flat().flatMap(outboxOf)
    const letters = unreadable.map(({ letter }) => letter)
    if (unsent.length + letters.length > 0) await log.append([...unsent, ...letters])
    for (const { code } of unreadable) metrics.deadLetters.inc({ code })
    if (letters.length > 0)
      logger.error({ count: letters.length }, 'alert states cannot be read; their patients begin anew')
    for (const [partition, ownership] of ownerships) {
      this.#kept.set(partition, {
        alarms: new PartitionAlarms(rules, states.get(partition) ?? []),
        ownership,
        watchingSinceMs: clock.nowMs(),
        committedAtMs: -Infinity,
      })
    }
  }

  revoked(partitions: readonly number[]): void {
    for (const partition of partitions) this.#kept.delete(partition)
  }

  /** Applies a batch, writes what it led to, and commits when it is time to. */
  async receive({ partition, records, readThroughMs }: Batch): Promise<void> {
    const { log, clock, metrics } = this.#options
    const kept = this.#kept.get(partition)
    if (kept === undefined) return
    const { alarms, ownership } = kept
    const deadLetters: Outbound[] = []
    const alertedBy: number[] = []
    const trace = new RaiseTrace(this.#options.tracer ?? NO_TRACER, clock)
    for (const record of records) {
      const letter = this.#apply(kept, record, alertedBy, trace)
      if (letter !== null) deadLetters.push(letter)
    }
    alarms.passTime(readThroughMs, kept.watchingSinceMs, clock.monotonicMs())
    // What the states lack that are written by now; after `due` they count as written.
    const safe = alarms.positions()
    const writes = alarms.due(clock.monotonicMs())
    if ((await writeAlerts(log, writes, deadLetters, () => ownership.holds(safe))) === 'lost') {
      this.#kept.delete(partition)
      return
    }
    trace.appended()
    this.#countAlerts(writes)
    for (const appendTimeMs of alertedBy) metrics.alertLatencyMs.observe(clock.nowMs() - appendTimeMs)
    if (clock.monotonicMs() - kept.committedAtMs < COMMIT_EVERY_MS) return
    kept.committedAtMs = clock.monotonicMs()
    await ownership.commit(alarms.positions())
  }

  /** The dead letter of a record that cannot be read or followed. */
  #apply({ alarms }: Kept, record: LogRecord, alertedBy: number[], trace: RaiseTrace): Outbound | null {
    const { config, clock, metrics, logger } = this.#options
    const read = eventOfRecord(record, config)
    if (read.kind !== 'event') alarms.pass(record)
    if (read.kind === 'skipped') return null
    if (read.kind === 'unreadable') {
      metrics.deadLetters.inc({ code: read.code })
      return deadLetterOf(record, read.code, read.detail, 'raise')
    }
    const { alerts, refused } = alarms.apply(record, read.event, clock.monotonicMs())
    trace.evaluated(record, read.event, alerts.length)
    if (alerts.length > 0 && record.topic === 'vitals') alertedBy.push(record.appendTimeMs)
    if (refused === null) return null
    logger.warn({ code: refused, partition: record.partition, offset: record.offset }, 'a command was not followed')
    metrics.deadLetters.inc({ code: refused })
    return deadLetterOf(record, refused, 'a command was not followed', 'raise')
  }

  #countAlerts(writes: readonly Write[]): void {
    for (const { alerts } of writes) {
      for (const { transition, priority } of alerts) {
        if (transition === 'raised') this.#options.metrics.alertsRaised.inc({ priority })
      }
    }
  }
}

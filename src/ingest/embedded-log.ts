import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import { VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import { AppendTime } from './append-time.ts'
import { EmbeddedAppender } from './embedded-appender.ts'
import { prepareFolder, writeFailure } from './embedded-failure.ts'
import { EmbeddedGroup } from './embedded-group.ts'
import { EmbeddedMember } from './embedded-member.ts'
import { applyRetention } from './embedded-retention.ts'
import { EmbeddedTables } from './embedded-tables.ts'
import { type FolderLock, lockFolder } from '../folder-lock.ts'
import type { FollowOptions, Log, LogRecord, Positions, SubscribeOptions, Subscription } from './log.ts'
import { lossesOf, type OnGroupLost, type OnLost } from './offset-out-of-range.ts'
import type { TopicName } from './topics.ts'

export interface EmbeddedLogOptions {
  folder: string
  partitions: number
  clock: Clock
  logger: Logger
  retentionMs: number
  retentionBytes: number
  /** How often the log is forced to disk; 0: before every append resolves. */
  syncMs: number
  onGroupLost?: OnGroupLost | undefined
}

/** Of the time to close, what readers leave for the tables. */
const LAST_MS = 500
const RETENTION_EVERY_MS = 30_000
/** Committed offsets that no append has taken along are written this often. */
const OFFSETS_EVERY_MS = 1_000
/** Records that readAll reads in one turn of the event loop. */
const READ_SLICE = 500

/**
 * Opens the log of one process in a folder. A record is safe from the death of the process when its append resolves, and
 * from the death of the machine when it has been forced to disk. Throws LOG_LOCKED, FOLDER_UNWRITABLE, DISK_FULL,
 * TOPICS_NOT_COPARTITIONED.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<Log> {
  prepareFolder(options.folder)
  let lock: FolderLock | null = null
  try {
    lock = lockFolder(options.folder, options.clock)
    return new EmbeddedLog(options, lock, new EmbeddedTables(options.folder, options.partitions))
  } catch (cause) {
    lock?.release()
    throw writeFailure(options.folder, cause, 0)
  }
}

class EmbeddedLog implements Log {
  readonly partitions: number
  readonly atomicAppend = true
  /** Readers take their batches from the file when their turn comes. */
  readonly heldBytes = 0
  readonly #options: EmbeddedLogOptions
  readonly #lock: FolderLock
  readonly #tables: EmbeddedTables
  readonly #time: AppendTime
  readonly #appender: EmbeddedAppender
  readonly #members = new Set<EmbeddedMember>()
  readonly #groups = new Map<string, EmbeddedGroup>()
  readonly #timers: Timer[]
  readonly #background = new Map<string, Promise<void>>()
  #offsetsWritten = true
  #closing: Promise<void> | null = null

  constructor(options: EmbeddedLogOptions, lock: FolderLock, tables: EmbeddedTables) {
    const { folder, partitions, clock, logger, syncMs } = options
    this.partitions = partitions
    this.#options = options
    this.#lock = lock
    this.#tables = tables
    this.#time = new AppendTime(clock, tables.lastAppendMs)
    this.#appender = new EmbeddedAppender({
      folder,
      tables,
      time: this.#time,
      logger,
      syncEach: syncMs === 0,
      onGrown: (grown) => {
        for (const member of this.#members) member.wake(grown)
      },
    })
    this.#timers = [
      clock.every(RETENTION_EVERY_MS, () => this.#inBackground('retention', () => this.#forget())),
      clock.every(OFFSETS_EVERY_MS, () => this.#writeCommitted()),
    ]
    if (syncMs > 0)
      this.#timers.push(clock.every(syncMs, () => this.#inBackground('sync', () => this.#appender.sync())))
  }

  get reachable(): boolean {
    return this.#appender.healthy
  }

  append(records: readonly Outbound[]): Promise<void> {
    return this.#appender.append(records)
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { group, topics, tables = [], from, receiver } = options
    const groupOf = this.#groups.get(group) ?? new EmbeddedGroup(this.partitions)
    this.#groups.set(group, groupOf)
    const member: EmbeddedMember = this.#member(
      `group ${group}`,
      options,
      options.delivery,
      receiver.receive.bind(receiver),
      {
        onLost: lossesOf(group, topics, this.#options.onGroupLost),
        leave: () => groupOf.leave(member),
        startAt: (topic, partition) => {
          if (tables.includes(topic)) return 0
          const committed = this.#tables.committed(group, topic, partition)
          return committed ?? (from === 'beginning' ? 0 : this.#tables.extent(topic, partition).end)
        },
      },
    )
    await groupOf.join(member, receiver)
    return {
      commit: async (partition, positions) => {
        if (!member.owned.has(partition) || this.#closing !== null) return 'fenced'
        return this.#commit(group, partition, ofTopics(positions, topics))
      },
      stop: async (deadline) => {
        await groupOf.leave(member, deadline)
        this.#members.delete(member)
      },
    }
  }

  async follow(options: FollowOptions): Promise<Subscription> {
    const { from } = options
    const member: EmbeddedMember = this.#member('a follower', options, 'arrival', options.receive.bind(options), {
      leave: () => member.stop(),
      startAt: (topic, partition) => {
        if (from === 'beginning') return 0
        if (from === 'end') return this.#tables.extent(topic, partition).end
        return this.#tables.offsetAt(topic, partition, from.sinceMs)
      },
    })
    const all = Array.from({ length: this.partitions }, (_, partition) => partition)
    member.own(all)
    member.begin(all)
    return {
      commit: async () => 'fenced',
      stop: async (deadline) => {
        await member.stop(deadline)
        this.#members.delete(member)
      },
    }
  }

  async *readAll(topic: TopicName, partitions?: readonly number[]): AsyncGenerator<LogRecord> {
    const wanted = partitions ?? Array.from({ length: this.partitions }, (_, partition) => partition)
    const ends = new Map(wanted.map((partition) => [partition, this.#tables.extent(topic, partition).end]))
    for (const [partition, end] of ends) {
      for (let at = 0; at < end;) {
        const slice: LogRecord[] = []
        for (const record of this.#tables.read(topic, partition, at)) {
          if (record.offset >= end || slice.length >= READ_SLICE) break
          slice.push(record)
        }
        at = (slice.at(-1)?.offset ?? end) + 1
        yield* slice
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
    }
  }

  async endOffsets(topic: TopicName): Promise<readonly number[]> {
    return Array.from({ length: this.partitions }, (_, partition) => this.#tables.extent(topic, partition).end)
  }

  async committed(group: string, topics: readonly TopicName[]): Promise<ReadonlyMap<number, Positions>> {
    const byPartition = new Map<number, Positions>()
    for (let partition = 0; partition < this.partitions; partition++) {
      const found = topics.flatMap((topic) => {
        const offset = this.#tables.committed(group, topic, partition)
        return offset === null ? [] : [[topic, offset] as const]
      })
      if (found.length > 0) byPartition.set(partition, Object.fromEntries(found))
    }
    return byPartition
  }

  close(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    this.#closing ??= this.#close(deadline)
    return this.#closing
  }

  async #close(deadline: Deadline): Promise<void> {
    for (const timer of this.#timers) timer.cancel()
    await Promise.all([...this.#members].map((member) => member.stop(deadline.earlier(LAST_MS))))
    this.#appender.close()
    this.#writeCommitted()
    await deadline.wait(Promise.all(this.#background.values()), 'upkeep of the log')
    await this.#tables.close()
    this.#lock.release()
  }

  #member(
    name: string,
    { topics, onFailed }: Pick<SubscribeOptions, 'topics' | 'onFailed'>,
    delivery: 'merged' | 'arrival',
    receive: SubscribeOptions['receiver']['receive'],
    {
      startAt,
      leave,
      onLost,
    }: { startAt(topic: TopicName, partition: number): number; leave(): Promise<void>; onLost?: OnLost },
  ): EmbeddedMember {
    if (this.#closing !== null) throw new VigilError('LOG_UNAVAILABLE', 'the log is closed')
    const { clock, logger } = this.#options
    const member = new EmbeddedMember({
      name,
      tables: this.#tables,
      time: this.#time,
      clock,
      logger,
      topics,
      delivery,
      startAt,
      receive,
      onLost,
      onFailed: (error) => {
        this.#members.delete(member)
        void leave().then(() => onFailed(error))
      },
    })
    this.#members.add(member)
    return member
  }

  #writeCommitted(): void {
    try {
      this.#tables.writeCommitted()
      this.#offsetsWritten = true
    } catch (cause) {
      const err = writeFailure(this.#options.folder, cause, 0)
      if (this.#offsetsWritten) this.#options.logger.warn({ err }, 'offsets cannot be written yet')
      this.#offsetsWritten = false
    }
  }

  /** A disk that takes no offset takes no records either: the next append says so to those who must stop for it. */
  #commit(group: string, partition: number, positions: Positions): 'committed' | 'away' {
    try {
      this.#tables.commit(group, partition, positions, this.#time.closedMs)
      if (this.#options.syncMs === 0) this.#tables.writeCommitted()
      return 'committed'
    } catch (cause) {
      const err = writeFailure(this.#options.folder, cause, 0)
      this.#options.logger.warn({ group, partition, err }, 'an offset could not be committed yet')
      return 'away'
    }
  }

  #forget(): Promise<void> {
    return applyRetention({ ...this.#options, tables: this.#tables }, () => this.#closing !== null)
  }

  /** Work that timers start; what is still under way is not started again, and close waits for it. */
  #inBackground(name: string, work: () => Promise<void>): void {
    if (this.#background.has(name)) return
    const done = work()
      .catch((error: unknown) => {
        this.#options.logger.error(
          { name, err: writeFailure(this.#options.folder, error, 0) },
          'upkeep of the log failed',
        )
      })
      .finally(() => this.#background.delete(name))
    this.#background.set(name, done)
  }
}

function ofTopics(positions: Positions, topics: readonly TopicName[]): Positions {
  return Object.fromEntries(Object.entries(positions).filter(([topic]) => topics.some((own) => own === topic)))
}

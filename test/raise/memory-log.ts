import type { Clock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import type { Log, LogRecord, Positions, SubscribeOptions, Subscription } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import type { Outbound } from '../../src/reading.ts'

/**
 * A log of one partition that can lose its writer between any two steps: at each record of an append that is not atomic,
 * before and after an append or a commit. What landed before stays.
 */
export class MemoryLog implements Log {
  readonly partitions = 1
  readonly atomicAppend: boolean
  readonly reachable = true
  readonly heldBytes = 0
  readonly #clock: Clock
  readonly #topics = new Map<TopicName, LogRecord[]>()
  readonly #committed = new Map<TopicName, number>()
  #reader: { options: SubscribeOptions; positions: Map<TopicName, number> } | null = null
  #stepsLeft = Infinity
  steps = 0

  constructor(clock: Clock, atomicAppend: boolean) {
    this.#clock = clock
    this.atomicAppend = atomicAppend
  }

  loseAtStep(step: number): void {
    this.#stepsLeft = step
  }

  /** From the bedside, which does not crash. */
  put({ topic, key, value }: Outbound): void {
    const records = this.of(topic as TopicName)
    const held = value === null ? null : Buffer.from(value)
    const appendTimeMs = this.#clock.nowMs()
    records.push({ topic: topic as TopicName, partition: 0, offset: records.length, key, value: held, appendTimeMs })
  }

  of(topic: TopicName): LogRecord[] {
    const records = this.#topics.get(topic) ?? []
    this.#topics.set(topic, records)
    return records
  }

  async append(records: readonly Outbound[]): Promise<void> {
    if (!this.atomicAppend) {
      for (const record of records) {
        this.#step()
        this.put(record)
      }
    } else {
      this.#step()
      for (const record of records) this.put(record)
    }
    this.#step()
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    await options.receiver.assigned?.([0])
    const positions = new Map<TopicName, number>()
    for (const topic of options.topics) {
      positions.set(topic, options.tables?.includes(topic) === true ? 0 : (this.#committed.get(topic) ?? 0))
    }
    this.#reader = { options, positions }
    return {
      commit: async (_partition, committed: Positions) => {
        this.#step()
        for (const [topic, offset] of Object.entries(committed)) this.#committed.set(topic as TopicName, offset)
        this.#step()
        return 'committed'
      },
      stop: async () => {
        this.#reader = null
      },
    }
  }

  /** Hands over what there is, `most` records at a time, in order of append time; false: the writer was lost. */
  async deliver(most: number): Promise<boolean> {
    const reader = this.#reader
    if (reader === null) return false
    const { options, positions } = reader
    for (;;) {
      const waiting = options.topics.flatMap((topic) => this.of(topic).slice(positions.get(topic) ?? 0))
      const records = waiting.sort((a, b) => a.appendTimeMs - b.appendTimeMs).slice(0, most)
      const last = records.at(-1)
      if (last === undefined) return true
      for (const { topic, offset } of records) positions.set(topic, offset + 1)
      try {
        await options.receiver.receive({ partition: 0, records, readThroughMs: last.appendTimeMs })
      } catch {
        this.#reader = null
        return false
      }
    }
  }

  async *readAll(topic: TopicName): AsyncGenerator<LogRecord> {
    yield* [...this.of(topic)]
  }

  async endOffsets(topic: TopicName): Promise<readonly number[]> {
    return [this.of(topic).length]
  }

  async follow(): Promise<Subscription> {
    throw new Error('nobody follows here')
  }

  async committed(): Promise<ReadonlyMap<number, Positions>> {
    return new Map([[0, Object.fromEntries(this.#committed)]])
  }

  async close(): Promise<void> {}

  #step(): void {
    this.steps += 1
    if (this.#stepsLeft-- === 0) throw new VigilError('LOG_UNAVAILABLE', 'the writer is gone')
  }
}

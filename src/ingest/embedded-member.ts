import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { Deadline } from '../deadline.ts'
import type { AppendTime } from './append-time.ts'
import { EmbeddedReader } from './embedded-reader.ts'
import type { EmbeddedTables } from './embedded-tables.ts'
import type { Batch } from './log.ts'
import type { OnLost } from './offset-out-of-range.ts'
import { PartitionLoop } from './partition-loop.ts'
import type { TopicName } from './topics.ts'

export interface EmbeddedMemberOptions {
  /** for the logger */
  name: string
  tables: EmbeddedTables
  time: AppendTime
  clock: Clock
  logger: Logger
  topics: readonly TopicName[]
  delivery: 'merged' | 'arrival'
  startAt(topic: TopicName, partition: number): number
  receive(batch: Batch): Promise<void>
  onLost: OnLost | undefined
  onFailed(error: Error): void
}

/** What the log's time holds back is looked at again after this. */
const RETRY_MS = 2
/** A receiver that hangs does not keep partitions from going to another member for longer. */
const RECEIVER_MS = 8_000

/** One reader of the embedded log: a loop for each partition it owns. */
export class EmbeddedMember {
  readonly #options: EmbeddedMemberOptions
  readonly #loops = new Map<number, PartitionLoop>()
  readonly #owned = new Set<number>()
  #failed = false

  constructor(options: EmbeddedMemberOptions) {
    this.#options = options
  }

  get owned(): ReadonlySet<number> {
    return this.#owned
  }

  /** Takes partitions over; nothing of them is read before `begin`. */
  own(partitions: readonly number[]): void {
    for (const partition of partitions) this.#owned.add(partition)
  }

  begin(partitions: readonly number[]): void {
    for (const partition of partitions) {
      if (!this.#failed && this.#owned.has(partition)) this.#loops.set(partition, this.#loopOf(partition))
    }
  }

  /** Resolves when the receiver is done with the partitions; commits for them are refused from then on. */
  async lose(partitions: readonly number[], deadline = Deadline.in(RECEIVER_MS, this.#options)): Promise<void> {
    const loops = partitions.flatMap((partition) => this.#loops.get(partition) ?? [])
    await deadline.wait(Promise.all(loops.map((loop) => loop.stop())), this.#options.name)
    for (const partition of partitions) {
      this.#loops.delete(partition)
      this.#owned.delete(partition)
    }
  }

  stop(deadline?: Deadline): Promise<void> {
    return this.lose([...this.#owned], deadline)
  }

  /** Records of these topics came to these partitions. */
  wake(grown: ReadonlyMap<TopicName, ReadonlySet<number>>): void {
    for (const topic of this.#options.topics) {
      for (const partition of grown.get(topic) ?? []) this.#loops.get(partition)?.wake()
    }
  }

  fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    this.#options.onFailed(error instanceof Error ? error : new Error(String(error)))
  }

  #loopOf(partition: number): PartitionLoop {
    const { tables, time, logger, clock, topics, delivery, startAt, receive, onLost } = this.#options
    const positions = new Map(topics.map((topic) => [topic, startAt(topic, partition)]))
    const reader = new EmbeddedReader({ tables, time, logger, partition, topics, delivery, positions, onLost })
    return new PartitionLoop({
      clock,
      next: () => {
        const { batch, more } = reader.next()
        return { batch, more, waitMs: !more && reader.isBehind() ? RETRY_MS : null }
      },
      receive,
      onError: (error) => this.fail(error),
    })
  }
}

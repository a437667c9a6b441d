import type { Batch, Log, LogRecord, Positions, SubscribeOptions, Subscription } from '../../src/ingest/log.ts'
import type { Outbound } from '../../src/reading.ts'

/** Other wards work meanwhile, and their load comes from this process: it must have its turn. */
const TURN_EVERY = 50

/**
 * A log that hands a stage what somebody else has read, and keeps what the stage writes. There is no broker, no group and no
 * time behind it: what a stage makes of the records on it is what an undisturbed stage makes of them.
 */
export class ReplayLog implements Log {
  readonly partitions: number
  readonly atomicAppend = false
  readonly reachable = true
  readonly heldBytes = 0
  readonly #wrote: (records: readonly Outbound[]) => void
  #options: SubscribeOptions | null = null
  #delivered = 0

  constructor(partitions: number, wrote: (records: readonly Outbound[]) => void) {
    this.partitions = partitions
    this.#wrote = wrote
  }

  async deliver(batch: Batch): Promise<void> {
    if (++this.#delivered % TURN_EVERY === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    await this.#options?.receiver.receive(batch)
  }

  async append(records: readonly Outbound[]): Promise<void> {
    this.#wrote(records)
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.#options = options
    await options.receiver.assigned?.(Array.from({ length: this.partitions }, (_, partition) => partition))
    return { commit: async () => 'committed', stop: async () => undefined }
  }

  async *readAll(): AsyncGenerator<LogRecord> {
    yield* []
  }

  async endOffsets(): Promise<readonly number[]> {
    return Array.from({ length: this.partitions }, () => Infinity)
  }

  async follow(): Promise<Subscription> {
    throw new Error('nobody follows a replay')
  }

  async committed(): Promise<ReadonlyMap<number, Positions>> {
    return new Map()
  }

  async close(): Promise<void> {}
}

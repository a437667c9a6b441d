import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import { KafkaPartitions, type KafkaPartitionsOptions, type Starts } from './kafka-partitions.ts'

export type KafkaFollowerOptions = Omit<KafkaPartitionsOptions, 'delivery' | 'bytes' | 'onError'> & {
  onFailed(error: Error): void
}

/** Reads every partition outside any group: it needs no coordinator, and after an interruption it goes on where it was. */
export class KafkaFollower {
  readonly #options: KafkaFollowerOptions
  readonly #reads: KafkaPartitions
  #ended: Promise<void> | null = null

  constructor(options: KafkaFollowerOptions, starts: Starts) {
    this.#options = options
    this.#reads = new KafkaPartitions({
      ...options,
      delivery: 'arrival',
      bytes: 'kept',
      onError: (error) => this.#fail(error),
    })
    this.#reads.begin(starts)
  }

  get connected(): boolean {
    return this.#reads.connected
  }

  get heldBytes(): number {
    return this.#reads.heldBytes
  }

  stop(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    this.#ended ??= this.#stop(deadline)
    return this.#ended
  }

  async #stop(deadline: Deadline): Promise<void> {
    await deadline.wait(this.#reads.end(), 'a follower')
    this.#reads.forget()
    this.#reads.close()
  }

  #fail(error: unknown): void {
    if (this.#ended !== null) return
    void this.stop().then(() => this.#options.onFailed(error instanceof Error ? error : new Error(String(error))))
  }
}

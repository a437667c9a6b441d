import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { Log } from './log.ts'
import type { TopicName } from './topics.ts'

/** Who commits offsets of what; a test reads of each group on a live ward that its lag is small. */
export const CONSUMED: Readonly<Record<string, readonly TopicName[]>> = {
  'vigil-join': ['vitals', 'heart-audio', 'procedure-video', 'patient-context'],
  'vigil-raise': ['alert-commands', 'vitals', 'predictions', 'patient-context'],
  'vigil-store': [
    ...(['vitals', 'heart-audio', 'procedure-video', 'patient-context', 'alert-commands'] as const),
    ...(['predictions', 'alerts', 'late-readings', 'dead-letter'] as const),
  ],
}
const LOOK_EVERY_MS = 10_000

interface ConsumerLagOptions {
  log: Pick<Log, 'endOffsets' | 'committed'>
  clock: Clock
  metrics: Metrics
  logger: Logger
}

/**
 * How many records each group has yet to commit, by topic. It is looked up now and then and not at a scrape, which must not
 * wait for a broker that is away. What could not be looked up has no value rather than its last one.
 */
export class ConsumerLag {
  readonly #options: ConsumerLagOptions
  #timer: Timer | null = null
  #looking = false
  #stopped = false
  #known = true

  constructor(options: ConsumerLagOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = this.#options.clock.every(LOOK_EVERY_MS, () => void this.look())
    void this.look()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  /** Never rejects; a look that is still under way is not doubled. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const { metrics, logger } = this.#options
    try {
      const found = await this.#lags()
      metrics.consumerLagRecords.reset()
      for (const { group, topic, records } of found) metrics.consumerLagRecords.set({ group, topic }, records)
      this.#known = true
    } catch (error) {
      metrics.consumerLagRecords.reset()
      if (this.#known && !this.#stopped) logger.warn({ err: error }, 'how far the consumers are cannot be looked up')
      this.#known = false
    } finally {
      this.#looking = false
    }
  }

  async #lags(): Promise<{ group: string; topic: TopicName; records: number }[]> {
    const { log } = this.#options
    const topics = [...new Set(Object.values(CONSUMED).flat())]
    const ends = new Map(await Promise.all(topics.map(async (topic) => [topic, await log.endOffsets(topic)] as const)))
    const lags = await Promise.all(
      Object.entries(CONSUMED).map(async ([group, consumed]) => {
        const committed = await log.committed(group, consumed)
        return consumed.map((topic) => {
          // A group that has committed nothing has the whole topic before it.
          const behind = (ends.get(topic) ?? []).map((end, partition) => end - (committed.get(partition)?.[topic] ?? 0))
          return { group, topic, records: behind.reduce((sum, each) => sum + Math.max(0, each), 0) }
        })
      }),
    )
    return lags.flat()
  }
}

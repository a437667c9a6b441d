import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { isDiskFull } from '../data-folder.ts'
import { ERRORS } from '../errors.ts'
import type { Stage } from '../stage.ts'
import type { Log } from './log.ts'

/** A disk may be full for a moment while something else tidies up. */
const LOG_LOST_AFTER_MS = 5_000

interface IngestStageOptions {
  log: Pick<Log, 'reachable' | 'partitions'>
  config: Config
  clock: Clock
}

/**
 * Ingest has no life of its own: it is the log, and it runs while the log can be written. A broker that is away comes back;
 * a log on our own disk that takes nothing any more is lost, and to go on would only look like watching.
 */
export function createIngestStage({ log, config, clock }: IngestStageOptions): Stage {
  const { kafkaBrokers, dataDir } = config
  const embedded = kafkaBrokers.length === 0
  const where = embedded ? 'embedded log' : 'Kafka'
  let awaySinceMs: number | null = null
  return {
    name: 'ingest',
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    health: () => {
      // Near the end small records still find a place and large ones don't: free space tells, not the last append.
      if (log.reachable && !(embedded && isDiskFull(dataDir))) {
        awaySinceMs = null
        return { state: 'running', detail: `${where}, ${log.partitions} partitions` }
      }
      awaySinceMs ??= clock.monotonicMs()
      if (embedded && clock.monotonicMs() - awaySinceMs >= LOG_LOST_AFTER_MS)
        return { state: 'failed', detail: ERRORS[isDiskFull(dataDir) ? 'DISK_FULL' : 'LOG_UNAVAILABLE'].says }
      return { state: 'degraded', detail: `${where} is away; reading and writing are taken up again by themselves` }
    },
  }
}

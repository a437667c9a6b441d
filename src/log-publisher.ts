import type { Logger } from 'pino'
import { SpoolingPublisher } from './acquire/publisher.ts'
import type { Clock } from './clock.ts'
import { deadLetterOfRefused } from './ingest/dead-letter.ts'
import type { Log } from './ingest/log.ts'
import { readingOf } from './ingest/outbound.ts'
import type { Metrics } from './metrics.ts'
import type { Tracer } from './trace.ts'

const SPOOL_RETRY_MS = 1_000

interface LogPublisherOptions {
  folder: string
  clock: Clock
  logger: Logger
  metrics?: Metrics
  tracer?: Tracer
}

/** Where acquire leaves its records: the log, or a folder of its own on disk while the log is away. */
export function logPublisher(
  log: Log,
  { folder, clock, logger, metrics, tracer }: LogPublisherOptions,
): SpoolingPublisher {
  return new SpoolingPublisher({
    refused: (record, code) => deadLetterOfRefused(record, code, clock.nowMs()),
    append: (records) => log.append(records),
    folder,
    clock,
    logger,
    retryMs: SPOOL_RETRY_MS,
    tracing: tracer === undefined ? null : { tracer, readingOf },
    onSpooled: (records) => metrics?.spooledReadings.inc(records),
  })
}

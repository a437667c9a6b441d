import kafkajs, { type Kafka, type LogEntry } from 'kafkajs'
import type { Logger } from 'pino'
import { VigilError } from '../errors.ts'
import './kafka-queue-timer.ts'

/** The Kafka client. It logs every try as an error; we say once what a failure means, so its lines are details. */
export function kafkaClient(brokers: readonly string[], logger: Logger): Kafka {
  return new kafkajs.Kafka({
    clientId: 'vigil',
    brokers: [...brokers],
    connectionTimeout: 3_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => (entry) => relay(entry, logger),
  })
}

/** What a failed request to the brokers means to those who use the log. */
export function unavailable(cause: unknown, what: string): VigilError {
  if (cause instanceof VigilError) return cause
  return new VigilError('LOG_UNAVAILABLE', `${what} (${cause instanceof Error ? cause.message : String(cause)})`, {
    cause,
  })
}

function relay({ namespace, level, log }: LogEntry, logger: Logger): void {
  const fields = { client: namespace, broker: log['broker'] as unknown, error: log['error'] as unknown }
  if (level <= kafkajs.logLevel.ERROR) logger.info(fields, log.message)
  else logger.debug(fields, log.message)
}

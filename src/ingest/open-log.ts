import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Metrics } from '../metrics.ts'
import type { Log } from './log.ts'
import type { TopicName } from './topics.ts'

/**
 * Opens the log the configuration names: Kafka where brokers are given, else the embedded one in the data folder. Only the one
 * that is wanted is loaded: a process that is replaced after a failure is back sooner.
 */
export async function openLog(config: Config, clock: Clock, logger: Logger, metrics?: Metrics): Promise<Log> {
  const onGroupLost = (group: string, topic: TopicName, records: number): void =>
    metrics?.lostRecords.inc({ group, topic }, records)
  if (config.kafkaBrokers.length === 0) {
    const { openEmbeddedLog } = await import('./embedded-log.ts')
    return openEmbeddedLog({
      folder: join(config.dataDir, 'log'),
      partitions: config.partitions,
      clock,
      logger,
      retentionMs: config.logRetentionMs,
      retentionBytes: config.logRetentionBytes,
      syncMs: config.logSyncMs,
      onGroupLost,
    })
  }
  const { openKafkaLog } = await import('./kafka-log.ts')
  return openKafkaLog({
    brokers: config.kafkaBrokers,
    prefix: config.topicPrefix,
    partitions: config.partitions,
    replicationFactor: config.replicationFactor,
    mergeWaitMs: config.mergeWaitMs,
    clock,
    logger,
    onGroupLost,
  })
}

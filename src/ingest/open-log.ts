import { join } from 'node:path'
import { type Logger } from 'pino'
import { type Clock } from '../clock.ts'
import { type Config } from '../config.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import { openKafkaLog } from './kafka-log.ts'
import { type Log } from './log.ts'

/** Opens the log the configuration names: Kafka where brokers are given, else the embedded one in the data folder. */
export function openLog(config: Config, clock: Clock, logger: Logger): Promise<Log> {
  if (config.kafkaBrokers.length === 0) {
    return openEmbeddedLog({
      folder: join(config.dataDir, 'log'),
      partitions: config.partitions,
      clock,
      logger,
      retentionMs: config.logRetentionMs,
      retentionBytes: config.logRetentionBytes,
      syncMs: config.logSyncMs,
    })
  }
  return openKafkaLog({
    brokers: config.kafkaBrokers,
    prefix: config.topicPrefix,
    partitions: config.partitions,
    replicationFactor: config.replicationFactor,
    mergeWaitMs: config.mergeWaitMs,
    clock,
    logger,
  })
}

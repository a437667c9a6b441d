import { type Logger } from 'pino'
import { type Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { type Log } from './log.ts'
export interface KafkaLogOptions {
  brokers: readonly string[]
  prefix: string
  partitions: number
  replicationFactor: number
  mergeWaitMs: number
  clock: Clock
  logger: Logger
}
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  throw new VigilError('LOG_UNAVAILABLE', options.brokers.join(', '))
}

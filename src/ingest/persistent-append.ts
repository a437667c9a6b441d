import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { RETRYABLE, VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import type { Log } from './log.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/**
 * Appends what must not be lost, for as long as it takes the log to come back; a record that went in twice carries the same
 * id. `given_up`: nobody wants it any more (the partition went to another, the process stops). Throws what no retry mends.
 */
export async function appendPersistently(
  log: Log,
  records: readonly Outbound[],
  { clock, logger, wanted }: { clock: Clock; logger: Logger; wanted: () => boolean },
): Promise<'appended' | 'given_up'> {
  for (let pauseMs = FIRST_PAUSE_MS; wanted(); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      if (records.length > 0) await log.append(records)
      return 'appended'
    } catch (error) {
      if (!(error instanceof VigilError) || !RETRYABLE.has(error.code)) throw error
      logger.warn({ code: error.code, records: records.length }, 'the log is away; the append is tried again')
      await clock.sleep(pauseMs)
    }
  }
  return 'given_up'
}

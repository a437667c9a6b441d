import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { BrokerClock } from './broker-clock.ts'
import { KafkaFetcher } from './kafka-fetcher.ts'
import type { LeadersAdmin } from './kafka-leaders.ts'
import type { Starts } from './kafka-partitions.ts'
import { KeyCache } from './key-cache.ts'
import type { LogRecord } from './log.ts'
import type { RelocatingAdmin } from './offset-out-of-range.ts'
import type { TopicName } from './topics.ts'
import { TopicRun } from './topic-run.ts'

export interface ReadToEndOptions {
  admin: RelocatingAdmin
  leadersAdmin: LeadersAdmin
  topic: TopicName
  prefix: string
  partitions: number
  /** Where the partitions begin and end now. */
  startsOf(): Promise<Starts>
  /** Called by whoever closes the log: nobody is to wait for records then. */
  interrupts: Set<() => void>
  /** Aborts when nobody wants the records any more. */
  signal: AbortSignal | undefined
  clock: Clock
  logger: Logger
}

/** Reads partitions of a topic from their starts to the ends they have when reading begins, at the pace of who asks. */
export async function* readToEnd(options: ReadToEndOptions): AsyncGenerator<LogRecord> {
  const { topic, prefix, startsOf, interrupts, signal, clock, logger } = options
  const starts = await startsOf()
  const keys = new KeyCache()
  const brokerClock = new BrokerClock(clock, 0)
  let changed = nothing
  let failure: VigilError | null = null
  const fail = (error: VigilError): void => {
    failure = error
    changed()
  }
  const fetcher = new KafkaFetcher({
    ...options,
    reusesBuffers: false,
    isHolding: () => false,
    onTaken: () => changed(),
    onFailed: fail,
  })
  const interrupt = (): void => fail(new VigilError('LOG_UNAVAILABLE', 'the log is closed'))
  const abort = (): void => fail(new VigilError('LOG_UNAVAILABLE', 'reading was given up'))
  interrupts.add(interrupt)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted === true) abort()
  const unread = new Map<TopicRun, number>()
  for (const [partition, topics] of starts) {
    const start = topics.get(topic)
    if (start === undefined || start.position >= start.end) continue
    const place = { topic, name: prefix + topic, partition, start }
    unread.set(
      new TopicRun({ ...place, keys, bytes: 'kept', brokerClock, logger, onRoom: () => fetcher.wake() }),
      start.end,
    )
  }
  try {
    fetcher.add([...unread.keys()])
    while (unread.size > 0) {
      for (const [run, end] of unread) {
        while (run.nextOffset < end && !run.isEmpty) {
          const record = run.shift()
          if (record !== undefined) yield record
        }
        run.settle()
        if (run.nextOffset < end && !(run.isEmpty && run.atEnd)) continue
        unread.delete(run)
        fetcher.remove([run])
        run.letGo()
      }
      if (failure !== null) throw failure as VigilError
      if (unread.size > 0 && [...unread.keys()].every((run) => run.isEmpty)) {
        await new Promise<void>((resolve) => (changed = resolve))
        changed = nothing
      }
    }
  } finally {
    interrupts.delete(interrupt)
    signal?.removeEventListener('abort', abort)
    fetcher.close()
  }
}

function nothing(): void {
  // Nobody waits.
}

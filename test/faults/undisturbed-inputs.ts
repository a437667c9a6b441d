import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import type { Log, LogRecord } from '../../src/ingest/log.ts'
import { partitionOf } from '../../src/ingest/partition-of.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { Metrics } from '../../src/metrics.ts'
import type { Outbound } from '../../src/reading.ts'
import { INPUT_TOPICS } from './bed-load.ts'
import type { Result } from './outputs.ts'

/** A result of the undisturbed run, and the append time of the record that it waited for, or when time alone brought it. */
export type Expected = Result & {
  causeMs: number
  /** Only time brings it, after the last record: it is there or not, as long as somebody watched. */
  mayBeAbsent: boolean
}

export type Inputs = ReadonlyMap<number, readonly LogRecord[]>

/** By partition, in the order in which the join must read them. */
export async function inputsOf(log: Log): Promise<Inputs> {
  const perTopic = await Promise.all(
    INPUT_TOPICS.map(async (topic) => {
      const records: LogRecord[] = []
      for await (const record of log.readAll(topic)) records.push(record)
      return records
    }),
  )
  const inputs = new Map<number, LogRecord[]>()
  // Stable: records of one append time stay in the order of their topics.
  for (const record of perTopic.flat().sort((a, b) => a.appendTimeMs - b.appendTimeMs)) {
    const own = inputs.get(record.partition) ?? []
    own.push(record)
    inputs.set(record.partition, own)
  }
  return inputs
}

/** Written records as a log would hold them. */
export function logged(records: readonly Outbound[], partitions: number): LogRecord[] {
  const ends = new Map<string, number>()
  return records.map(({ topic, key, value }) => {
    const partition = partitionOf(key, partitions)
    const offset = ends.get(`${topic}/${partition}`) ?? 0
    ends.set(`${topic}/${partition}`, offset + 1)
    return {
      topic: topic as TopicName,
      partition,
      offset,
      key,
      value: value === null ? null : Buffer.from(value),
      appendTimeMs: 0,
    }
  })
}

/** What a stage of an undisturbed run has around it. */
export function silent(config: Config) {
  return { config, clock: new ManualClock(0), metrics: new Metrics(), logger: pino({ level: 'silent' }) }
}

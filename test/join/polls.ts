import type { LogRecord } from '../../src/ingest/log.ts'
import { Digits } from '../support/digits.ts'
import type { Entry } from './generated-log.ts'
import { JoinUnderTest, type JoinSettings, type Told } from './join-under-test.ts'

/** What one read of a partition brings, as `Batch` in src/ingest/log.ts. */
export interface Poll {
  partition: number
  records: readonly LogRecord[]
  readThroughMs: number
}

/** One record a poll, each partition to its end before the next: the slowest reading there is. */
export function slowPolls(entries: readonly Entry[], throughMs: number): Poll[] {
  const polls: Poll[] = []
  for (const [partition, records] of byPartition(entries)) {
    for (const [index, record] of records.entries())
      polls.push({ partition, records: [record], readThroughMs: wholeThrough(records, index) })
    polls.push({ partition, records: [], readThroughMs: throughMs })
  }
  return polls
}

/**
 * Polls as `choices` have them: where a batch ends, how much of the time up to the next record it says was read, which
 * topic comes first within a moment, and which partition comes when.
 */
export function anyPolls(entries: readonly Entry[], throughMs: number, choices: readonly number[]): Poll[] {
  let used = 0
  const choose = (below: number): number => new Digits((choices[used++ % choices.length] ?? 0) + used).below(below)
  const waiting: Poll[][] = []
  for (const [partition, records] of byPartition(entries)) {
    const rearranged = momentsOf(records).flatMap((moment) => turned(moment, choose))
    const polls: Poll[] = []
    for (let at = 0; at < rearranged.length;) {
      const end = Math.min(rearranged.length, at + 1 + choose(7))
      const wholeMs = wholeThrough(rearranged, end - 1)
      const nextMs = rearranged[end]?.appendTimeMs ?? throughMs
      const readThroughMs = [wholeMs, nextMs - 1, -Infinity, wholeMs + Math.floor((nextMs - 1 - wholeMs) / 2)][
        choose(4)
      ]
      polls.push({ partition, records: rearranged.slice(at, end), readThroughMs: readThroughMs ?? wholeMs })
      // Time that goes by with nothing to deliver.
      if (choose(5) === 0) polls.push({ partition, records: [], readThroughMs: nextMs - 1 })
      at = end
    }
    polls.push({ partition, records: [], readThroughMs: throughMs })
    waiting.push(polls)
  }
  const order: Poll[] = []
  for (let open = waiting; open.length > 0; open = open.filter((polls) => polls.length > 0))
    order.push(...(open[choose(open.length)]?.splice(0, 1) ?? []))
  return order
}

/** What the polls come to, each partition on a join of its own. */
export function toldBy(polls: readonly Poll[], settings: JoinSettings): Told[] {
  const joins = new Map<number, JoinUnderTest>()
  const told: Told[] = []
  for (const { partition, records, readThroughMs } of polls) {
    const join = joins.get(partition) ?? new JoinUnderTest(settings)
    joins.set(partition, join)
    for (const record of records) told.push(...join.receive(record))
    told.push(...join.advance(readThroughMs))
  }
  return told
}

/** What a log comes to whose streams end with it. */
export function toldToTheEnd(entries: readonly Entry[], settings: JoinSettings): Told[] {
  const told: Told[] = []
  for (const records of byPartition(entries).values()) {
    const join = new JoinUnderTest(settings)
    for (const record of records) told.push(...join.receive(record))
    const lastMs = records.at(-1)?.appendTimeMs ?? 0
    told.push(...join.advance(lastMs), ...join.end(lastMs))
  }
  return told
}

/** The end of a log, and long enough after it for every window to close. */
export function longAfter(entries: readonly Entry[], { sourceIdleMs, windowWaitMs }: JoinSettings): number {
  return (entries.at(-1)?.record.appendTimeMs ?? 0) + sourceIdleMs + windowWaitMs
}

/** All that was appended up to here has been delivered, when the record at `index` is the last delivered. */
export function wholeThrough(records: readonly LogRecord[], index: number): number {
  const atMs = records[index]?.appendTimeMs ?? -Infinity
  return records[index + 1]?.appendTimeMs === atMs ? atMs - 1 : atMs
}

function byPartition(entries: readonly Entry[]): Map<number, LogRecord[]> {
  const partitions = new Map<number, LogRecord[]>()
  for (const { record } of entries) {
    const own = partitions.get(record.partition) ?? []
    own.push(record)
    partitions.set(record.partition, own)
  }
  return partitions
}

function momentsOf(records: readonly LogRecord[]): LogRecord[][] {
  const moments: LogRecord[][] = []
  for (const record of records) {
    const last = moments.at(-1)
    if (last?.[0]?.appendTimeMs === record.appendTimeMs) last.push(record)
    else moments.push([record])
  }
  return moments
}

/** The records of a moment, in any order that keeps each topic's own. */
function turned(moment: readonly LogRecord[], choose: (below: number) => number): LogRecord[] {
  if (moment.length < 2) return [...moment]
  const topics = [...new Set(moment.map(({ topic }) => topic))]
  const runs = topics.map((topic) => moment.filter((record) => record.topic === topic))
  const order: LogRecord[] = []
  for (let open = runs; open.length > 0; open = open.filter((run) => run.length > 0))
    order.push(...(open[choose(open.length)]?.splice(0, 1) ?? []))
  return order
}

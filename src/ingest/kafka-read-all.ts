import { type KafkaMember, type KafkaMemberOptions } from './kafka-member.ts'
import { type Start } from './kafka-reader.ts'
import { type Batch, type LogRecord } from './log.ts'
import { type TopicName } from './topics.ts'

type Starts = ReadonlyMap<number, ReadonlyMap<TopicName, Start>>

export interface ReadToEndOptions {
  startsOf(): Promise<Starts>
  member(options: Pick<KafkaMemberOptions, 'receiver' | 'startsOf' | 'wants' | 'onFailed'>): KafkaMember
  stop(member: KafkaMember): Promise<void>
}

/** Reads partitions from their starts to the ends they have when reading begins, at the pace of who asks. */
export async function* readToEnd({ startsOf, member: makeMember, stop }: ReadToEndOptions): AsyncGenerator<LogRecord> {
  const starts = await startsOf()
  const endOf = (partition: number): number =>
    Math.max(0, ...[...(starts.get(partition)?.values() ?? [])].map(endOfStart))
  const unread = new Set([...starts].filter(([, topics]) => [...topics.values()].some(hasRecords)).map(([key]) => key))
  if (unread.size === 0) return

  const batches: { batch: Batch; done(): void }[] = []
  const reached = new Map<number, ReadonlyMap<TopicName, number>>()
  let failure: Error | null = null
  let finished = false
  let arrived = nothing
  let current = nothing

  const member = makeMember({
    receiver: {
      receive: (batch) =>
        new Promise<void>((done) => {
          if (finished) return done()
          batches.push({ batch, done })
          arrived()
        }),
    },
    wants: (partition) => unread.has(partition),
    startsOf: async () =>
      new Map([...starts].map(([partition, topics]) => [partition, goOn(topics, reached.get(partition))])),
    onFailed: (error) => {
      failure = error
      arrived()
    },
  })
  const started = member.start().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error))
    arrived()
  })
  try {
    while (unread.size > 0) {
      current()
      current = nothing
      const next = batches.shift()
      if (next === undefined) {
        if (failure !== null) throw failure as Error
        await new Promise<void>((resolve) => (arrived = resolve))
        continue
      }
      const { partition, records } = next.batch
      for (const record of records) if (record.offset < endOf(partition)) yield record
      const reader = member.reader(partition)
      if (reader !== undefined) reached.set(partition, reader.positions())
      const isPastEnd = records.some(({ offset }) => offset >= endOf(partition) - 1)
      if (isPastEnd || reader?.isCaughtUp() === true) unread.delete(partition)
      current = next.done
    }
  } finally {
    finished = true
    current()
    for (const { done } of batches) done()
    await started
    await stop(member)
  }
}

function nothing(): void {
  // Until there is something to do.
}

function endOfStart({ end }: Start): number {
  return end
}

function hasRecords({ position, end }: Start): boolean {
  return position < end
}

function goOn(
  topics: ReadonlyMap<TopicName, Start>,
  reached: ReadonlyMap<TopicName, number> | undefined,
): Map<TopicName, Start> {
  return new Map(
    [...topics].map(([topic, start]) => [topic, { ...start, position: reached?.get(topic) ?? start.position }]),
  )
}

import type { Admin } from 'kafkajs'
import type { Logger } from 'pino'
import { askedAgain } from './asked-again.ts'
import type { FetchTarget } from './fetch-target.ts'
import { madeAnew } from './topic-made-anew.ts'
import type { TopicName } from './topics.ts'

/** So many records of a topic were removed before they were read. */
export type OnLost = (topic: TopicName, records: number) => void
export type OnGroupLost = (group: string, topic: TopicName, records: number) => void

/** Counts what a group loses of its topics, beginning with nought, so that its first loss is a rise. */
export function lossesOf(group: string, topics: readonly TopicName[], onLost: OnGroupLost | undefined): OnLost {
  for (const topic of topics) onLost?.(group, topic, 0)
  return (topic, records) => onLost?.(group, topic, records)
}

export type Relocation =
  | { kind: 'there' }
  /** Retention was faster than the reader. */
  | { kind: 'removed'; position: number; missing: number }
  /** The topic ends before the offset: it was made anew, or a broker lost its end. */
  | { kind: 'beyond'; position: number; end: number }
  /** It was made anew, and has grown past the offset again. */
  | { kind: 'anew'; position: number }

/** Where to read on when an offset is asked for that may not be there: always at the beginning of what exists. */
export function relocated(wanted: number, low: number, high: number, isAnew = false): Relocation {
  if (wanted > high) return { kind: 'beyond', position: low, end: high }
  if (isAnew) return { kind: 'anew', position: low }
  if (wanted < low) return { kind: 'removed', position: low, missing: low - wanted }
  return { kind: 'there' }
}

/** Says what was lost, in numbers. */
export function report(
  logger: Logger,
  { topic, partition }: { topic: TopicName; partition: number },
  wanted: number,
  to: Relocation,
  onLost?: OnLost,
): void {
  const place = { topic, partition }
  if (to.kind === 'removed') {
    const { position, missing } = to
    onLost?.(topic, missing)
    logger.error({ ...place, missing, position }, 'records were removed before they were read')
  } else if (to.kind === 'beyond') {
    const { position, end } = to
    logger.error({ ...place, wanted, end, position }, 'the topic ends before the offset to go on from; it is read anew')
  } else if (to.kind === 'anew') {
    logger.error({ ...place, wanted, position: to.position }, 'the topic was made anew meanwhile; it is read anew')
  }
}

export type RelocatingAdmin = Pick<Admin, 'fetchTopicOffsets' | 'fetchTopicOffsetsByTimestamp'>

/** Lets a target go on at the beginning of what exists. */
export async function relocate(
  admin: RelocatingAdmin,
  target: FetchTarget,
  logger: Logger,
  onLost?: OnLost,
): Promise<void> {
  const found = await askedAgain(() => admin.fetchTopicOffsets(target.name))
  const bounds = found.find(({ partition }) => partition === target.partition)
  if (bounds === undefined) return
  const anew = await madeAnew(admin, target.name, [target])
  const to = relocated(target.position, Number(bounds.low), Number(bounds.high), anew.has(target.partition))
  report(logger, target, target.position, to, onLost)
  if (to.kind !== 'there') target.restart(to.position)
}

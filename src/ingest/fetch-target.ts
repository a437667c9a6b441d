import type { RecordBatch } from './record-batch.ts'
import type { TopicName } from './topics.ts'

export type Release = 'read' | 'dropped'

/** What a fetch brought for one topic and partition. */
export interface FetchAnswer {
  batches: readonly RecordBatch[]
  /** the first offset that was there */
  first: number
  /** the offset to read on from */
  next: number
  /** Whether nothing more lay there when the broker answered. */
  atEnd: boolean
  /** When the fetch was sent and when its answer came, by our wall clock. */
  sentAtMs: number
  cameAtMs: number
  cameAtMonotonicMs: number
  /** Called once for each batch: its records have been read, or nobody will read them but somebody may still look at them. */
  release(why: Release): void
}

/** One topic and partition that is fetched. */
export interface FetchTarget {
  readonly topic: TopicName
  /** the topic's full name */
  readonly name: string
  readonly partition: number
  /** the offset that is fetched next */
  readonly position: number
  readonly atEnd: boolean
  /** Whether nothing of it waits to go out. Then it is fetched whatever else waits. */
  readonly isEmpty: boolean
  /** Whether there is room for more. */
  readonly wantsMore: boolean
  /** the append time up to which it was fetched: who is furthest behind comes first */
  readonly lastMs: number
  take(answer: FetchAnswer): void
  /** The position is not there any more, or not yet. */
  restart(position: number): void
}

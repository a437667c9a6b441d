import { createHash } from 'node:crypto'
import { type TopicName } from '../ingest/topics.ts'
import { type Modality, type Reading } from '../reading.ts'

/** A reading as the join holds it: where it came from, and a digest of its bytes. */
export interface HeldReading {
  reading: Reading
  topic: TopicName
  offset: number
  appendTimeMs: number
  bytesDigest: Buffer
}

/** The readings of one patient whose event time lies in `[startMs, startMs + size)`, until the window closes. */
export class OpenWindow {
  readonly startMs: number
  /** Append time of the first reading; the bounded wait counts from here. */
  readonly openedAppendTimeMs: number
  readonly #held = new Map<string, HeldReading>()
  readonly #oldest = new Map<TopicName, number>()

  constructor(startMs: number, openedAppendTimeMs: number) {
    this.startMs = startMs
    this.openedAppendTimeMs = openedAppendTimeMs
  }

  /** Takes a reading; a feed that sends one twice (same sequence number and time) has said it once. */
  add(held: HeldReading): 'added' | 'duplicate' {
    const { modality, record } = held.reading
    const identity = `${modality}/${record.feedId}/${record.sequence}/${record.eventTimeMs}`
    const first = this.#held.get(identity)
    // The log may hold the copy before the original on another topic's clock; the oldest offset is what must be read again.
    this.#oldest.set(held.topic, Math.min(this.#oldest.get(held.topic) ?? Infinity, held.offset))
    if (first !== undefined) return 'duplicate'
    this.#held.set(identity, held)
    return 'added'
  }

  /** The oldest offset of a topic that this window needs to be rebuilt. */
  oldestOffset(topic: TopicName): number {
    return this.#oldest.get(topic) ?? Infinity
  }

  /** All readings in event-time order, ties by feed and sequence number: the order in which they came does not matter. */
  inOrder(): HeldReading[] {
    return [...this.#held.values()].sort(
      ({ reading: { record: a } }, { reading: { record: b } }) =>
        a.eventTimeMs - b.eventTimeMs || compare(a.feedId, b.feedId) || a.sequence - b.sequence,
    )
  }

  count(modality: Modality, feedId: string): { readings: number; lastEventTimeMs: number } {
    let readings = 0
    let lastEventTimeMs = 0
    for (const { reading } of this.#held.values()) {
      if (reading.modality !== modality || reading.record.feedId !== feedId || reading.record.heartbeat) continue
      readings++
      lastEventTimeMs = Math.max(lastEventTimeMs, reading.record.eventTimeMs)
    }
    return { readings, lastEventTimeMs }
  }
}

/** sha256 over the readings' identities and bytes, in event-time order; equal windows have equal digests. */
export function contentDigest(readings: readonly HeldReading[]): string {
  const hash = createHash('sha256')
  for (const { reading, bytesDigest } of readings) {
    const { feedId, sequence, eventTimeMs } = reading.record
    hash.update(`${reading.modality}/${feedId}/${sequence}/${eventTimeMs}\n`)
    hash.update(bytesDigest)
  }
  return hash.digest('hex')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type ReadingHeader } from '../ingest/reading-header.ts'
import { type TopicName } from '../ingest/topics.ts'
import { type Modality } from '../reading.ts'

/** What a reading counts for beside its bytes: the objects that hold it. */
const HELD_BYTES = 300
const DIGEST_BYTES = 32

/** The readings of one patient whose event time lies in `[startMs, startMs + size)`, until the window closes. */
export class OpenWindow {
  readonly startMs: number
  /** Append time of the first reading; the bounded wait counts from here. */
  readonly openedAppendTimeMs: number
  /** What it holds in memory, about. */
  bytes = 0
  #held: ReadingHeader[] = []
  readonly #oldest = new Map<TopicName, number>()

  constructor(startMs: number, openedAppendTimeMs: number) {
    this.startMs = startMs
    this.openedAppendTimeMs = openedAppendTimeMs
  }

  add(header: ReadingHeader): void {
    const { topic, offset, value } = header.record
    const oldest = this.#oldest.get(topic)
    // The log may hold a copy before the original on another topic's clock; the oldest offset is what must be read again.
    if (oldest === undefined || offset < oldest) this.#oldest.set(topic, offset)
    this.bytes += (value?.length ?? 0) + HELD_BYTES
    this.#held.push(header)
  }

  /** The oldest offset of a topic that this window needs to be rebuilt. */
  oldestOffset(topic: TopicName): number {
    return this.#oldest.get(topic) ?? Infinity
  }

  /**
   * All readings in event-time order, ties by feed and sequence number: the order in which they came does not matter. A feed
   * that sent one twice (same sequence number and time) has said it once; what it said first counts.
   */
  inOrder(): ReadingHeader[] {
    const sorted = this.#held.sort(compare)
    return sorted.filter((header, index) => {
      const before = sorted[index - 1]
      return before === undefined || compare(before, header) !== 0
    })
  }
}

/** How many readings a feed has among those of a window, and the newest of them; heartbeats are none. */
export function countOf(
  readings: readonly ReadingHeader[],
  modality: Modality,
  feedId: string,
): { readings: number; lastEventTimeMs: number } {
  let count = 0
  let lastEventTimeMs = 0
  for (const header of readings) {
    if (header.modality !== modality || header.feedId !== feedId || header.heartbeat) continue
    count++
    lastEventTimeMs = Math.max(lastEventTimeMs, header.eventTimeMs)
  }
  return { readings: count, lastEventTimeMs }
}

/**
 * sha256 over the readings in event-time order: each one's feed, sequence number, event time, length and CRC-32 of its bytes.
 * Equal windows have equal digests; it shows what went wrong by accident, not what somebody forged.
 */
export function contentDigest(readings: readonly ReadingHeader[]): string {
  const feeds = new Map<string, number>()
  const packed = Buffer.alloc(readings.length * DIGEST_BYTES)
  let at = 0
  for (const { modality, feedId, sequence, eventTimeMs, record } of readings) {
    const feed = `${modality}/${feedId}`
    const number = feeds.get(feed) ?? feeds.size
    if (number === feeds.size) feeds.set(feed, number)
    const value = record.value ?? ''
    packed.writeUInt32LE(number, at)
    packed.writeUInt32LE(value.length, at + 4)
    packed.writeDoubleLE(sequence, at + 8)
    packed.writeDoubleLE(eventTimeMs, at + 16)
    packed.writeUInt32LE(crc32(value), at + 24)
    at += DIGEST_BYTES
  }
  return createHash('sha256')
    .update([...feeds.keys()].join('\n'))
    .update(packed)
    .digest('hex')
}

function compare(a: ReadingHeader, b: ReadingHeader): number {
  if (a.eventTimeMs !== b.eventTimeMs) return a.eventTimeMs - b.eventTimeMs
  if (a.modality !== b.modality) return a.modality < b.modality ? -1 : 1
  if (a.feedId !== b.feedId) return a.feedId < b.feedId ? -1 : 1
  return a.sequence - b.sequence
}

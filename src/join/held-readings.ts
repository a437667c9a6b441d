import { crc32 } from 'node:zlib'
import { placeOf, type ValuePlace } from '../ingest/fetched-record.ts'
import type { ReadingHeader } from '../ingest/reading-header.ts'
import type { Signals } from '../reading.ts'
import { GENERATION_MODE_VALUES, type Modality } from '../records.ts'
import type { ByteArena } from './byte-arena.ts'
import { HeldMedia } from './held-media.ts'
import { SignalTable } from './signal-table.ts'

/** A feed that said something in a window. */
export interface HeldFeed {
  readonly modality: Modality
  readonly feedId: string
  /** of its records here */
  oldestOffset: number
}

/** What a row holds; a double holds every integer of them exactly. PART: the reading's number among signals or media. */
const [EVENT_TIME, SEQUENCE, FEED, HEARTBEAT, MODE, PART, SIZE, CHECKSUM] = [0, 1, 2, 3, 4, 5, 6, 7]
const COLUMNS = 8
const FEWEST_ROWS = 16
const ROW_BYTES = 8 * COLUMNS
const NO_BYTES: Buffer = Buffer.alloc(0)
const NO_PLACE: ValuePlace = { bytes: NO_BYTES, start: 0, end: 0 }

/**
 * The readings that a window holds, a row each: who said it and when, and what is needed to say whether two windows hold the
 * same. Rows and not objects: there are tens of thousands of them at any time, and a garbage collector would copy every one.
 */
export class HeldReadings {
  readonly feeds: HeldFeed[] = []
  readonly #arena: ByteArena
  readonly #signals: SignalTable
  readonly #media: HeldMedia
  #block: Buffer
  #rows: Float64Array
  #length = 0

  /** Room for as many as are expected; it grows. */
  constructor(arena: ByteArena, expected: number) {
    this.#arena = arena
    this.#media = new HeldMedia(arena)
    this.#signals = new SignalTable(arena, expected)
    this.#block = arena.take(0, Math.max(FEWEST_ROWS, expected) * ROW_BYTES)
    this.#rows = rowsIn(this.#block)
  }

  get length(): number {
    return this.#length
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#media.bytes + this.#signals.bytes + this.#block.length
  }

  add({ modality, feedId, sequence, eventTimeMs, generationMode, heartbeat, vitals, record }: ReadingHeader): void {
    const place = placeOf(record) ?? NO_PLACE
    const at = this.#length * COLUMNS
    if (at === this.#rows.length) this.#grow()
    const rows = this.#rows
    rows[at + EVENT_TIME] = eventTimeMs
    rows[at + SEQUENCE] = sequence
    rows[at + FEED] = this.#feed(modality, feedId, record.offset)
    rows[at + HEARTBEAT] = heartbeat ? 1 : 0
    rows[at + MODE] = GENERATION_MODE_VALUES.indexOf(generationMode)
    rows[at + PART] = vitals === null ? this.#media.add(place) : this.#signals.add(vitals)
    rows[at + SIZE] = place.end - place.start
    // Its bytes were read just now and are at hand; when the window closes they no longer are.
    rows[at + CHECKSUM] = crc32(place.bytes.subarray(place.start, place.end))
    this.#length++
  }

  /** The oldest offset of a stream's records; Infinity: there are none. */
  oldestOffset(modality: Modality): number {
    let oldest = Infinity
    for (const feed of this.feeds) if (feed.modality === modality) oldest = Math.min(oldest, feed.oldestOffset)
    return oldest
  }

  eventTimeMs(row: number): number {
    return this.#rows[row * COLUMNS + EVENT_TIME] ?? NaN
  }

  sequence(row: number): number {
    return this.#rows[row * COLUMNS + SEQUENCE] ?? NaN
  }

  /** Its number among `feeds`. */
  feed(row: number): number {
    return this.#rows[row * COLUMNS + FEED] ?? NaN
  }

  /** By its number in `GENERATION_MODE_VALUES`. */
  generationMode(row: number): number {
    return this.#rows[row * COLUMNS + MODE] ?? NaN
  }

  isHeartbeat(row: number): boolean {
    return this.#rows[row * COLUMNS + HEARTBEAT] === 1
  }

  /** How many bytes its record has. */
  size(row: number): number {
    return this.#rows[row * COLUMNS + SIZE] ?? NaN
  }

  /** CRC-32 of its record's bytes. */
  checksum(row: number): number {
    return this.#rows[row * COLUMNS + CHECKSUM] ?? NaN
  }

  /** Where the bytes of a sound's or a frame's record lie. */
  place(row: number): ValuePlace {
    return this.#media.place(this.#rows[row * COLUMNS + PART] ?? NaN)
  }

  /** What these rows, of vitals, say; good until all is let go. */
  signals(rows: readonly number[]): Signals {
    const parts = rows.map((row) => this.#rows[row * COLUMNS + PART] ?? NaN)
    const timesMs = rows.map((row) => this.eventTimeMs(row))
    return this.#signals.gathered(parts, timesMs)
  }

  /** Nobody looks at any of it any more; it gives way to others. */
  letGo(): void {
    this.#media.letGo()
    this.#signals.letGo()
    this.#arena.give(this.#block)
    this.#block = NO_BYTES
    this.#rows = rowsIn(NO_BYTES)
    this.#length = 0
  }

  /**
   * The rows in event-time order, ties by stream, feed and sequence number: the order in which they came does not matter. A
   * feed that sent one twice (same sequence number and time) has said it once; what it said first counts.
   */
  inOrder(): number[] {
    const order: number[] = []
    for (let row = 0; row < this.#length; row++) {
      const last = order[order.length - 1]
      if (last === undefined || this.#compare(last, row) < 0) order.push(row)
      else this.#insert(order, row)
    }
    return order
  }

  /** Few come out of order, and not by much: to put each in its place costs less than to sort. */
  #insert(order: number[], row: number): void {
    let from = 0
    let to = order.length
    while (from < to) {
      const middle = (from + to) >> 1
      const apart = this.#compare(order[middle] ?? row, row)
      if (apart === 0) return
      if (apart < 0) from = middle + 1
      else to = middle
    }
    order.push(row)
    for (let at = order.length - 1; at > from; at--) order[at] = order[at - 1] ?? row
    order[from] = row
  }

  #compare(a: number, b: number): number {
    const rows = this.#rows
    const rowA = a * COLUMNS
    const rowB = b * COLUMNS
    const apartMs = (rows[rowA + EVENT_TIME] ?? NaN) - (rows[rowB + EVENT_TIME] ?? NaN)
    if (apartMs !== 0) return apartMs
    const feedA = rows[rowA + FEED] ?? NaN
    const feedB = rows[rowB + FEED] ?? NaN
    if (feedA !== feedB) return this.#compareFeeds(feedA, feedB)
    return (rows[rowA + SEQUENCE] ?? NaN) - (rows[rowB + SEQUENCE] ?? NaN)
  }

  #compareFeeds(a: number, b: number): number {
    const [feedA, feedB] = [this.feeds[a], this.feeds[b]]
    if (feedA === undefined || feedB === undefined) throw new Error('a row without a feed')
    if (feedA.modality !== feedB.modality) return feedA.modality < feedB.modality ? -1 : 1
    return feedA.feedId < feedB.feedId ? -1 : 1
  }

  #feed(modality: Modality, feedId: string, offset: number): number {
    const { feeds } = this
    for (let number = 0; number < feeds.length; number++) {
      const feed = feeds[number]
      if (feed?.feedId !== feedId || feed.modality !== modality) continue
      // The log may hold a copy before the original on another topic's clock; the oldest offset is what must be read again.
      if (offset < feed.oldestOffset) feed.oldestOffset = offset
      return number
    }
    return feeds.push({ modality, feedId, oldestOffset: offset }) - 1
  }

  #grow(): void {
    this.#block = this.#arena.enlarge(this.#block, this.#block.length, ROW_BYTES)
    this.#rows = rowsIn(this.#block)
  }
}

function rowsIn({ buffer, length }: Buffer): Float64Array {
  return new Float64Array(buffer, 0, length >> 3)
}

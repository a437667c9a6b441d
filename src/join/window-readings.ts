import { createHash } from 'node:crypto'
import { readingAt } from '../ingest/record-check.ts'
import type { GenerationMode, Modality, PcgChunk, ReadingName, Readings, Signals, VideoFrame } from '../reading.ts'
import { GENERATION_MODE_VALUES } from '../records.ts'
import type { HeldReadings } from './held-readings.ts'

/** number of the feed, length, sequence, event time, checksum */
const DIGEST_BYTES = 32
const WORTH_OF = { demo: 0, test: 1, real: 2 } as const satisfies Record<GenerationMode, number>
/** by number of the mode */
const WORTH = GENERATION_MODE_VALUES.map((mode) => WORTH_OF[mode])

/**
 * The readings of a closed window in event-time order. What the records hold is decoded when it is asked for, and only the
 * stream that is asked for. Heartbeats keep a source alive; they are no readings of the patient.
 */
export class WindowReadings implements Readings {
  #held: HeldReadings | null
  /** rows, in order, with the heartbeats */
  readonly #order: readonly number[]
  /** the same without heartbeats, by stream */
  readonly #rows: Readonly<Record<Modality, number[]>> = { vitals: [], pcg: [], video: [] }
  /** by number of the feed */
  readonly #readings: number[] = []
  readonly #lastEventTimesMs: number[] = []
  readonly counts: Readonly<Record<Modality, number>>
  readonly generationMode: GenerationMode | null
  #signals: Signals | null = null
  #pcg: readonly PcgChunk[] | null = null
  #video: readonly VideoFrame[] | null = null

  constructor(held: HeldReadings) {
    this.#held = held
    this.#order = held.inOrder()
    for (let feed = 0; feed < held.feeds.length; feed++) {
      this.#readings.push(0)
      this.#lastEventTimesMs.push(0)
    }
    let mode = -1
    for (const row of this.#order) {
      if (held.isHeartbeat(row)) continue
      const feed = held.feed(row)
      const modality = held.feeds[feed]?.modality
      if (modality === undefined) throw new Error('a row without a feed')
      this.#rows[modality].push(row)
      this.#readings[feed] = (this.#readings[feed] ?? 0) + 1
      // In order: the last is the newest.
      this.#lastEventTimesMs[feed] = held.eventTimeMs(row)
      const its = held.generationMode(row)
      if ((WORTH[its] ?? 0) < (WORTH[mode] ?? Infinity)) mode = its
    }
    this.generationMode = GENERATION_MODE_VALUES[mode] ?? null
    this.counts = { vitals: this.#rows.vitals.length, pcg: this.#rows.pcg.length, video: this.#rows.video.length }
  }

  get signals(): Signals {
    const held = this.#here
    return (this.#signals ??= held.signals(this.#rows.vitals))
  }

  get pcg(): readonly PcgChunk[] {
    const held = this.#here
    return (this.#pcg ??= this.#rows.pcg.flatMap((row) => {
      const reading = readingAt('pcg', held.place(row))
      return reading.modality === 'pcg' ? [reading.record] : []
    }))
  }

  get video(): readonly VideoFrame[] {
    const held = this.#here
    return (this.#video ??= this.#rows.video.flatMap((row) => {
      const reading = readingAt('video', held.place(row))
      return reading.modality === 'video' ? [reading.record] : []
    }))
  }

  get names(): readonly ReadingName[] {
    const held = this.#here
    return this.#order.flatMap((row) => {
      const feed = held.feeds[held.feed(row)]
      if (feed === undefined || held.isHeartbeat(row)) return []
      const { modality, feedId } = feed
      return [{ modality, feedId, sequence: held.sequence(row), eventTimeMs: held.eventTimeMs(row) }]
    })
  }

  /** How many readings a feed has in the window, and the newest of them. */
  ofFeed(modality: Modality, feedId: string): { readings: number; lastEventTimeMs: number } {
    const number = this.#here.feeds.findIndex((feed) => feed.modality === modality && feed.feedId === feedId)
    return { readings: this.#readings[number] ?? 0, lastEventTimeMs: this.#lastEventTimesMs[number] ?? 0 }
  }

  /**
   * sha256 over the readings in their order: each one's feed, sequence number, event time, length and CRC-32 of its bytes.
   * Equal windows have equal digests; it shows what went wrong by accident, not what somebody forged.
   */
  digest(): string {
    const held = this.#here
    const numbers = new Map<number, number>()
    const packed = new DataView(new ArrayBuffer(this.#order.length * DIGEST_BYTES))
    let at = 0
    for (const row of this.#order) {
      const feed = held.feed(row)
      let number = numbers.get(feed)
      if (number === undefined) numbers.set(feed, (number = numbers.size))
      packed.setUint32(at, number, true)
      packed.setUint32(at + 4, held.size(row), true)
      packed.setFloat64(at + 8, held.sequence(row), true)
      packed.setFloat64(at + 16, held.eventTimeMs(row), true)
      packed.setUint32(at + 24, held.checksum(row), true)
      at += DIGEST_BYTES
    }
    const names = [...numbers.keys()].map((feed) => `${held.feeds[feed]?.modality}/${held.feeds[feed]?.feedId}`)
    return createHash('sha256').update(names.join('\n')).update(packed).digest('hex')
  }

  /** Nobody reads them any more; what they lie in gives way to others. Counts and mode stay. */
  letGo(): void {
    this.#held?.letGo()
    this.#held = null
  }

  get #here(): HeldReadings {
    if (this.#held === null) throw new Error('a window was read after it was let go')
    return this.#held
  }
}

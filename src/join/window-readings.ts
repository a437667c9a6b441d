import { createHash } from 'node:crypto'
import { readingAt } from '../ingest/record-check.ts'
import {
  type GenerationMode,
  type Modality,
  type PcgChunk,
  type ReadingName,
  type Readings,
  type Signals,
  type VideoFrame,
} from '../reading.ts'
import { type HeldReadings } from './held-readings.ts'

/** number of the feed, length, sequence, event time, checksum */
const DIGEST_BYTES = 32
const WORTH = { demo: 0, test: 1, real: 2 } as const satisfies Record<GenerationMode, number>

/**
 * The readings of a closed window in event-time order. What the records hold is decoded when it is asked for, and only the
 * stream that is asked for. Heartbeats keep a source alive; they are no readings of the patient.
 */
export class WindowReadings implements Readings {
  #held: HeldReadings | null
  /** rows, in order, with the heartbeats */
  readonly #order: readonly number[]
  readonly #ofFeed: { readings: number; lastEventTimeMs: number }[]
  readonly counts: Readonly<Record<Modality, number>>
  readonly generationMode: GenerationMode | null
  #signals: Signals | null = null
  #pcg: readonly PcgChunk[] | null = null
  #video: readonly VideoFrame[] | null = null

  constructor(held: HeldReadings) {
    this.#held = held
    this.#order = held.inOrder()
    this.#ofFeed = held.feeds.map(() => ({ readings: 0, lastEventTimeMs: 0 }))
    let mode: GenerationMode | null = null
    for (const row of this.#order) {
      if (held.isHeartbeat(row)) continue
      const ofFeed = this.#ofFeed[held.feed(row)]
      if (ofFeed === undefined) continue
      ofFeed.readings++
      ofFeed.lastEventTimeMs = Math.max(ofFeed.lastEventTimeMs, held.eventTimeMs(row))
      const its = held.generationMode(row)
      if (mode === null || WORTH[its] < WORTH[mode]) mode = its
    }
    this.generationMode = mode
    const counts = { vitals: 0, pcg: 0, video: 0 }
    for (const [number, { modality }] of held.feeds.entries()) counts[modality] += this.#ofFeed[number]?.readings ?? 0
    this.counts = counts
  }

  get signals(): Signals {
    const held = this.#here
    return (this.#signals ??= held.signals(this.#rowsOf('vitals')))
  }

  get pcg(): readonly PcgChunk[] {
    const held = this.#here
    return (this.#pcg ??= this.#rowsOf('pcg').flatMap((row) => {
      const reading = readingAt('pcg', held.place(row))
      return reading.modality === 'pcg' ? [reading.record] : []
    }))
  }

  get video(): readonly VideoFrame[] {
    const held = this.#here
    return (this.#video ??= this.#rowsOf('video').flatMap((row) => {
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
    return this.#ofFeed[number] ?? { readings: 0, lastEventTimeMs: 0 }
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

  #rowsOf(modality: Modality): number[] {
    const held = this.#here
    return this.#order.filter((row) => held.feeds[held.feed(row)]?.modality === modality && !held.isHeartbeat(row))
  }
}

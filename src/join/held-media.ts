import type { ValuePlace } from '../ingest/fetched-record.ts'
import type { ByteArena } from './byte-arena.ts'

const NO_BYTES = Buffer.alloc(0)

/** The records of sound and video that a window holds, their bytes copied: where they came from others may lie soon. */
export class HeldMedia {
  readonly #arena: ByteArena
  readonly #blocks: Buffer[] = []
  readonly #places: ValuePlace[] = []
  #block: Buffer = NO_BYTES
  #filled = 0
  #bytes = 0

  constructor(arena: ByteArena) {
    this.#arena = arena
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#bytes
  }

  /** Copies a record's bytes behind those that are here; its number. */
  add({ bytes, start, end }: ValuePlace): number {
    const length = end - start
    if (this.#filled + length > this.#block.length) {
      this.#block = this.#arena.take(this.#block.length, length)
      this.#blocks.push(this.#block)
      this.#bytes += this.#block.length
      this.#filled = 0
    }
    const from = this.#filled
    bytes.copy(this.#block, from, start, end)
    this.#filled += length
    return this.#places.push({ bytes: this.#block, start: from, end: this.#filled }) - 1
  }

  /** Where the bytes of a record lie now. */
  place(number: number): ValuePlace {
    const place = this.#places[number]
    if (place === undefined) throw new Error('no record has this number')
    return place
  }

  /** Nobody looks at them any more: their blocks are used for others. */
  letGo(): void {
    for (const block of this.#blocks) this.#arena.give(block)
    this.#blocks.length = 0
    this.#places.length = 0
  }
}

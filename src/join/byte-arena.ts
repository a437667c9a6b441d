/** The first block of a window; each further one is twice as large, up to the largest. */
const FIRST_BYTES = 512
const LARGEST_BYTES = 262_144
/** More than is in use, and this, does not lie about: windows of a ward close all at once, and the next ones are open already. */
const SPARE_BYTES = 33_554_432

/**
 * Blocks of bytes for what windows hold, used again when a window has been answered. Of new memory for each reading the garbage
 * collector would make more work than the join has.
 */
export class ByteArena {
  /** by size; sizes are powers of two */
  readonly #free = new Map<number, Buffer[]>()
  #freeBytes = 0
  #usedBytes = 0

  /**
   * A block after one of `before` bytes (0: the first), for at least `atLeast` bytes; it begins where its ArrayBuffer does. What is
   * in it is not cleared.
   */
  take(before: number, atLeast: number): Buffer {
    let size = before === 0 ? FIRST_BYTES : Math.min(before * 2, LARGEST_BYTES)
    while (size < atLeast) size *= 2
    this.#usedBytes += size
    const block = this.#free.get(size)?.pop()
    if (block === undefined) return Buffer.allocUnsafeSlow(size)
    this.#freeBytes -= size
    return block
  }

  /** A larger block in the place of one, with its first `filled` bytes. */
  enlarge(block: Buffer, filled: number, atLeast: number): Buffer {
    const larger = this.take(block.length, Math.max(atLeast, 2 * block.length))
    block.copy(larger, 0, 0, filled)
    this.give(block)
    return larger
  }

  /** Nobody looks into the block any more. */
  give(block: Buffer): void {
    if (block.length === 0) return
    this.#usedBytes -= block.length
    if (this.#freeBytes + block.length > this.#usedBytes + SPARE_BYTES) return
    const free = this.#free.get(block.length)
    if (free === undefined) this.#free.set(block.length, [block])
    else free.push(block)
    this.#freeBytes += block.length
  }
}

/** What is put into one buffer: an answer as large as is asked for, and its frame. */
const BUFFER_BYTES = 4_718_592
/** A smaller answer gets a buffer of its own: many of them may wait at a time. */
const SMALL_BYTES = 262_144
/** More do not lie about unused. */
const MOST_FREE = 6

/**
 * Buffers for the answers of brokers, used again when everybody is through with an answer: to make a new one for each costs more
 * than to read what is in it, because the garbage collector goes over the whole heap for every 64 MB of them.
 */
export class AnswerBuffers {
  readonly #free: Buffer[] = []

  /** A buffer of so many bytes; what is in it is not cleared. */
  take(bytes: number): Buffer {
    if (bytes > BUFFER_BYTES || bytes < SMALL_BYTES) return Buffer.allocUnsafeSlow(bytes)
    const whole = this.#free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
    return whole.subarray(0, bytes)
  }

  /** Nobody looks into it any more. */
  give({ buffer }: Buffer): void {
    if (buffer.byteLength === BUFFER_BYTES && this.#free.length < MOST_FREE) this.#free.push(Buffer.from(buffer))
  }
}

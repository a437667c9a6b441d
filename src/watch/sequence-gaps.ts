/** Missing numbers remembered, so that one that comes late is taken off the count again. */
const REMEMBERED = 1_000

/** Counts the sequence numbers a feed skipped. A feed that begins anew with a low number has skipped nothing. */
export class SequenceGaps {
  #last: number | null = null
  #lastEventTimeMs = -Infinity
  #count = 0
  readonly #missing = new Set<number>()

  get count(): number {
    return this.#count
  }

  add(sequence: number, eventTimeMs: number): void {
    const last = this.#last
    const later = eventTimeMs > this.#lastEventTimeMs
    this.#lastEventTimeMs = Math.max(this.#lastEventTimeMs, eventTimeMs)
    if (last === null) this.#last = sequence
    else if (sequence > last) this.#skip(last, sequence)
    else if (this.#missing.delete(sequence)) this.#count--
    else if (later) {
      // Lower and not missing, yet later at the bedside: the feed was started anew.
      this.#last = sequence
      this.#missing.clear()
    }
  }

  #skip(last: number, sequence: number): void {
    this.#count += sequence - last - 1
    for (let gone = Math.max(last + 1, sequence - REMEMBERED); gone < sequence; gone++) this.#missing.add(gone)
    for (const oldest of this.#missing) {
      if (this.#missing.size <= REMEMBERED) break
      this.#missing.delete(oldest)
    }
    this.#last = sequence
  }
}

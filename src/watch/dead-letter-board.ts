import type { DeadLetter } from '../records.ts'
import type { DeadLetterView } from './events.ts'

const KEPT = 1_000
/** Ids remembered beyond the letters kept, so that a letter sent twice around a crash is counted once. */
const IDS_REMEMBERED = 20_000

/** The newest records that could not be read, without their content. */
export class DeadLetterBoard {
  readonly #letters: DeadLetterView[] = []
  readonly #seen = new Set<string>()
  #count = 0

  /** Returns null for a letter that was seen before. */
  take(letter: DeadLetter): DeadLetterView | null {
    if (this.#seen.has(letter.id)) return null
    this.#seen.add(letter.id)
    if (this.#seen.size > IDS_REMEMBERED) for (const oldest of this.#seen) if (this.#seen.delete(oldest)) break
    const { id, topic, partition, offset, appendTimeMs, code, detail, detectedBy, value } = letter
    const view = {
      id,
      topic,
      partition,
      offset,
      appendTimeMs,
      code,
      detail,
      detectedBy,
      valueBytes: value?.length ?? 0,
    }
    this.#letters.push(view)
    if (this.#letters.length > KEPT) this.#letters.shift()
    this.#count++
    return view
  }

  get count(): number {
    return this.#count
  }

  /** Newest first, as they were found. */
  newest(limit: number): DeadLetterView[] {
    return this.#letters.slice(-limit).reverse()
  }
}

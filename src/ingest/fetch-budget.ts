import type { Release } from './fetch-target.ts'

/** What a reader's fetched bytes may come to over all its topics and partitions. */
export const BUDGET_BYTES = 64_000_000

/** The bytes of all answers of which some records have not been handed out. */
export class FetchBudget {
  #held = 0

  get heldBytes(): number {
    return this.#held
  }

  get isSpent(): boolean {
    return this.#held >= BUDGET_BYTES
  }

  /** Bytes that stay in memory until `parts` of them have been let go; `onRead` when all of them have been read. */
  hold(bytes: number, parts: number, onRead?: () => void): (why: Release) => void {
    if (parts === 0) {
      onRead?.()
      return () => undefined
    }
    this.#held += bytes
    let left = parts
    let isRead = true
    return (why) => {
      left--
      isRead &&= why === 'read'
      if (left > 0) return
      this.#held -= bytes
      if (isRead) onRead?.()
    }
  }
}

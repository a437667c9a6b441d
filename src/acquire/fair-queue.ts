import type { Outbound } from '../reading.ts'

/** Records that were given together, and what becomes of them. */
interface Given {
  left: number
  done(): void
  failed(error: unknown): void
}

interface Waiting {
  record: Outbound
  given: Given
}

/** What is appended together. */
export interface FairBatch {
  records: readonly Outbound[]
  /** They are safe. */
  done(): void
  /** They are not, and nothing more of what was given with them is tried. */
  failed(error: unknown): void
  /** The same, for each caller by itself: one that gave what nobody takes must not fail the others. */
  apart(): FairBatch[]
}

/**
 * Records on their way to the log, in a lane for each key, that is each patient. Lanes take turns record by record, so that
 * a bed that catches up an hour holds no other bed up by more than the append that is under way; within a lane the order
 * stands. It holds what its callers have in hand and nothing else: they wait for what they gave.
 */
export class FairQueue {
  readonly #lanes = new Map<string, Waiting[]>()

  /** Resolves when all of the records are safe. */
  give(records: readonly Outbound[]): Promise<void> {
    if (records.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const given: Given = { left: records.length, done: resolve, failed: reject }
      for (const record of records) {
        const lane = this.#lanes.get(record.key)
        if (lane === undefined) this.#lanes.set(record.key, [{ record, given }])
        else lane.push({ record, given })
      }
    })
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0
  }

  /** At most so many records and bytes, but at least one record. Null when there is none. */
  take(maxRecords: number, maxBytes: number): FairBatch | null {
    const taken: Waiting[] = []
    const turns = new Map<string, number>()
    let bytes = 0
    let open = new Set(this.#lanes.keys())
    while (open.size > 0 && taken.length < maxRecords && bytes < maxBytes) {
      const next = new Set<string>()
      for (const key of open) {
        const at = turns.get(key) ?? 0
        const waiting = this.#lanes.get(key)?.[at]
        if (waiting === undefined) continue
        const size = waiting.record.value?.length ?? 0
        if (taken.length > 0 && (taken.length >= maxRecords || bytes + size > maxBytes)) continue
        taken.push(waiting)
        bytes += size
        turns.set(key, at + 1)
        next.add(key)
      }
      open = next
    }
    if (taken.length === 0) return null
    this.#advance(turns)
    return this.#batchOf(taken)
  }

  #batchOf(taken: readonly Waiting[]): FairBatch {
    const givers = new Set(taken.map(({ given }) => given))
    return {
      records: taken.map(({ record }) => record),
      done: () => taken.forEach(({ given }) => --given.left === 0 && given.done()),
      failed: (error) => this.#abandon(givers, error),
      apart: () => [...givers].map((giver) => this.#batchOf(taken.filter(({ given }) => given === giver))),
    }
  }

  /** Lanes that had a turn go behind those that had none: a batch may be too small for all of them. */
  #advance(turns: ReadonlyMap<string, number>): void {
    for (const [key, count] of turns) {
      const rest = this.#lanes.get(key)?.slice(count) ?? []
      this.#lanes.delete(key)
      if (rest.length > 0) this.#lanes.set(key, rest)
    }
  }

  #abandon(abandoned: ReadonlySet<Given>, error: unknown): void {
    for (const [key, lane] of this.#lanes) {
      const rest = lane.filter(({ given }) => !abandoned.has(given))
      if (rest.length === 0) this.#lanes.delete(key)
      else this.#lanes.set(key, rest)
    }
    for (const given of abandoned) given.failed(error)
  }
}

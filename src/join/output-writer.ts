import type { Outbound } from '../reading.ts'

/** Puts records into the log; false: nobody wants them any more. */
export type Append = (records: readonly Outbound[]) => Promise<boolean>

interface Entry {
  records: readonly Outbound[]
  settle: (appended: boolean) => void
  reject: (error: unknown) => void
}

/** One append at a time; what comes in the meantime goes in the next, together, whole entries in their order. */
export class OutputWriter {
  readonly #append: Append
  #entries: Entry[] = []
  #writing = false

  constructor(append: Append) {
    this.#append = append
  }

  /** Resolves when the records are in the log (true) or are wanted no more; rejects for what no retry mends. */
  write(records: readonly Outbound[]): Promise<boolean> {
    return new Promise((settle, reject) => {
      this.#entries.push({ records, settle, reject })
      if (!this.#writing) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#writing = true
    while (this.#entries.length > 0) {
      const entries = this.#entries
      this.#entries = []
      try {
        const appended = await this.#append(entries.flatMap(({ records }) => records))
        for (const { settle } of entries) settle(appended)
      } catch (error) {
        for (const { reject } of entries) reject(error)
      }
    }
    this.#writing = false
  }
}

import type { Outbound } from '../reading.ts'
import { type Append, OutputWriter } from './output-writer.ts'

/**
 * What puts a partition's outputs into the log: those of a patient in their order, whoever's are there first before the others', and what has
 * to come after all of them after all of them.
 */
export class OutputChains {
  readonly #writer: OutputWriter
  readonly #failed: (error: unknown) => void
  /** by patient, the end of what is on its way */
  readonly #last = new Map<string, Promise<void>>()
  readonly #pending = new Set<Promise<void>>()
  #afterwards: Promise<void> = Promise.resolve()

  /** `failed`: hears of what neither a retry nor anybody here mends. */
  constructor(append: Append, failed: (error: unknown) => void) {
    this.#writer = new OutputWriter(append)
    this.#failed = failed
  }

  /** Puts a patient's records into the log when they have come; then `appended`, unless they were wanted no more; `ended` in any case. */
  put(patientId: string, coming: Promise<readonly Outbound[]>, appended: () => void, ended: () => void): void {
    const before = this.#last.get(patientId)
    const written = (async () => {
      const records = await coming
      await before
      if (await this.#writer.write(records)) appended()
    })()
    this.#last.set(patientId, written)
    this.#pending.add(written)
    written.catch(this.#failed).finally(() => {
      this.#pending.delete(written)
      if (this.#last.get(patientId) === written) this.#last.delete(patientId)
      ended()
    })
  }

  /** Works when all that is on its way now is in the log, and after what was to be done afterwards before. */
  afterwards(work: () => Promise<void>): void {
    const written = Promise.all(this.#pending)
    const before = this.#afterwards
    this.#afterwards = (async () => {
      await before
      await written
      await work()
    })()
    this.#afterwards.catch(this.#failed)
  }

  /** All that is on its way, and what is to be done afterwards; rejects where something failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending)
    await this.#afterwards
  }
}

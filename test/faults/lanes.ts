import type { Fault } from './fault.ts'
import { type Lane, openLane } from './lane.ts'

interface Open {
  number: number
  lane: Promise<Lane>
  users: number
  /** Something went wrong on it: nobody else is to suffer for it. */
  isGivenUp: boolean
}

/**
 * The brokers of a series. Wards share one, each with topics and groups of its own: starting one and warming it up costs as much as
 * a ward. A fault that disturbs the broker has one for itself.
 */
export class Lanes {
  /** Of the lanes that are open: it is part of the names and addresses of their networks. */
  readonly #numbers = new Set<number>()
  #shared: Open | null = null

  /** Opens what `work` needs, and closes what nobody needs any more. `isGood` says of what comes of it whether the broker is to be gone on with. */
  async with<T>(fault: Fault, work: (lane: Lane) => Promise<T>, isGood: (made: T) => boolean): Promise<T> {
    if (fault.disturbsBroker === true) {
      const own = this.#open()
      return own.lane.then(work).finally(() => this.#close(own))
    }
    const shared = (this.#shared ??= this.#open())
    shared.users++
    try {
      const made = await work(await shared.lane)
      if (!isGood(made)) this.#giveUp(shared)
      return made
    } catch (error) {
      this.#giveUp(shared)
      throw error
    } finally {
      shared.users--
      if (shared.isGivenUp && shared.users === 0) await this.#close(shared)
    }
  }

  /** To be called when no work is under way. */
  async close(): Promise<void> {
    if (this.#shared !== null) await this.#close(this.#shared)
    this.#shared = null
  }

  #open(): Open {
    let number = 0
    while (this.#numbers.has(number)) number++
    this.#numbers.add(number)
    return { number, lane: openLane(number), users: 0, isGivenUp: false }
  }

  async #close({ number, lane }: Open): Promise<void> {
    // One that could not be opened has said so to whoever wanted it.
    const opened = await lane.catch(() => null)
    await opened?.close()
    this.#numbers.delete(number)
  }

  #giveUp(shared: Open): void {
    shared.isGivenUp = true
    if (this.#shared === shared) this.#shared = null
  }
}

import type { Fault } from './fault.ts'

/** One ward and the strikes it is to have. */
export interface Ward {
  fault: Fault
  seeds: readonly number[]
}

export interface Wanted {
  faults: readonly Fault[]
  runs: number
  firstSeed: number
  strikesAWard: number
  /** Whether a run is there already. */
  isMade: (fault: string, seed: number) => boolean
}

/**
 * The wards of a series. Half of those at work, as nearly as can be, are such as wait, so that the others have the processors;
 * and a few seeds of every fault come before more of any, so that a series that is cut short has tried all about as often.
 */
export class WardQueue {
  readonly #waiting: Ward[]
  readonly #busy: Ward[]
  #waitingAtWork = 0
  #busyAtWork = 0

  constructor({ faults, runs, firstSeed, strikesAWard, isMade }: Wanted) {
    const wards: Ward[] = []
    for (let from = 0; from < runs; from += strikesAWard)
      for (const fault of faults) {
        const count = Math.min(strikesAWard, runs - from)
        const seeds = Array.from({ length: count }, (_, index) => firstSeed + from + index)
        const left = seeds.filter((seed) => !isMade(fault.name, seed))
        if (left.length > 0) wards.push({ fault, seeds: left })
      }
    this.#waiting = wards.filter(({ fault }) => fault.waits)
    this.#busy = wards.filter(({ fault }) => !fault.waits)
  }

  get wards(): number {
    return this.#waiting.length + this.#busy.length
  }

  take(): Ward | undefined {
    const waitingFirst = this.#waitingAtWork <= this.#busyAtWork
    const next = waitingFirst
      ? (this.#waiting.shift() ?? this.#busy.shift())
      : (this.#busy.shift() ?? this.#waiting.shift())
    if (next?.fault.waits === true) this.#waitingAtWork++
    else if (next !== undefined) this.#busyAtWork++
    return next
  }

  /** A ward has come to its end after so many strikes; those that it did not have are for a new one. */
  done({ fault, seeds }: Ward, made: number): void {
    if (fault.waits) this.#waitingAtWork--
    else this.#busyAtWork--
    if (made < seeds.length) (fault.waits ? this.#waiting : this.#busy).unshift({ fault, seeds: seeds.slice(made) })
  }
}

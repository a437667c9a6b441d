import type { SeededRandom } from '../../src/acquire/seeded-random.ts'
import type { Lane } from './lane.ts'
import type { Verdict } from './verdict.ts'
import type { Ward } from './ward.ts'

/** short: as long as it takes to show; long: as issue and runbook name it. */
export type Length = 'short' | 'usual' | 'long'

/** What a strike leaves for the table. */
export interface Outcome {
  verdict: Verdict
  recoveryMs: number
  /** After each blow. */
  recoveriesMs: readonly number[]
  /** Predictions that had to be waited for after that; undefined: of a run whose recovery was still counted to the last of them. */
  slow?: number
  /** What else was wrong: a process that ended by itself, a stop that took too long. */
  troubles: readonly string[]
}

export type Struck =
  | ({ kind: 'tried' } & Outcome)
  /** The harness itself failed. */
  | { kind: 'broken'; why: string }

export interface WardOfStrikes {
  lane: Lane
  prefix: string
  /** One strike for each, one after the other; all that is random in a strike comes from its own. */
  seeds: readonly number[]
  length: Length
  /** A folder for what the processes print, in detail, and for how long each result was waited for. */
  keep: string | null
  /** A strike begins. */
  onStrike: () => void
}

/** Something that goes wrong. */
export interface Fault {
  name: string
  /** In how much time the ward must be live again. */
  recoversWithinMs: number
  /** Most of a strike is waiting, so that others can use the processors. */
  waits: boolean
  /** The broker is what is struck: no other ward is to be on it. */
  disturbsBroker?: boolean
  /** Why it cannot be tried here, or null. */
  leftOut?(lane: Lane): Promise<string | null> | string | null
  /** Strikes one ward. It ends with the first strike that is seen to be bad while it works: then there are fewer than seeds. */
  run(options: WardOfStrikes): Promise<readonly Struck[]>
}

/**
 * What a fault does to a ward that works; resolves when it is over, with the moments from which the ward has to recover,
 * wall-clock time in their order.
 */
export type Strikes = (ward: Ward, random: SeededRandom, length: Length) => Promise<readonly number[]>

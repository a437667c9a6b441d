import { type SeededRandom } from '../../src/acquire/seeded-random.ts'
import { type Lane } from './lane.ts'
import { type Verdict } from './verdict.ts'
import { type Ward } from './ward.ts'

/** short: as long as it takes to show; long: as issue and runbook name it. */
export type Length = 'short' | 'usual' | 'long'

/** What a run leaves for the table. */
export interface Outcome {
  verdict: Verdict
  recoveryMs: number
  /** After each blow. */
  recoveriesMs: readonly number[]
  /** What else was wrong: a process that ended by itself, a stop that took too long. */
  troubles: readonly string[]
}

export interface RunOptions {
  lane: Lane
  prefix: string
  seed: number
  length: Length
  /** A folder for what the processes print, in detail, and for how long each result was waited for. */
  keep: string | null
}

/** Something that goes wrong, once a run. */
export interface Fault {
  name: string
  /** In how much time the ward must be live again. */
  recoversWithinMs: number
  /** Why it cannot be tried here, or null. */
  leftOut?(lane: Lane): string | null
  run(options: RunOptions): Promise<Outcome>
}

/**
 * What a fault does to a ward that works; resolves when it is over, with the moments from which the ward has to recover,
 * wall-clock time in their order.
 */
export type Strikes = (ward: Ward, random: SeededRandom, length: Length) => Promise<readonly number[]>

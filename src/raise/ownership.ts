import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import type { Positions } from '../ingest/log.ts'

export type Commit = (positions: Positions) => Promise<'committed' | 'fenced' | 'away'>

/**
 * For so long after a commit that the group took, nobody else can have the partition: the group waits 6 s for a member that
 * says nothing before it gives its partitions away.
 */
const SURE_MS = 4_000

/**
 * Whether a partition is still ours. A process that was held still, or whose network was cut, believes so until somebody
 * tells it, and would write what it knew then over what the next owner has written since.
 */
export class Ownership {
  readonly #clock: Clock
  readonly #commit: Commit
  #sureUntilMs: number

  /** The partition has just been assigned. */
  constructor(clock: Clock, commit: Commit) {
    this.#clock = clock
    this.#commit = commit
    this.#sureUntilMs = clock.monotonicMs() + SURE_MS
  }

  async commit(positions: Positions): Promise<'committed' | 'fenced' | 'away'> {
    const askedAtMs = this.#clock.monotonicMs()
    const answer = await this.#commit(positions)
    if (answer === 'committed') this.#sureUntilMs = askedAtMs + SURE_MS
    return answer
  }

  /** Asks the group where too much time has gone by to be sure. Throws LOG_UNAVAILABLE when it cannot be asked. */
  async holds(positions: Positions): Promise<boolean> {
    if (this.#clock.monotonicMs() < this.#sureUntilMs) return true
    const answer = await this.commit(positions)
    if (answer === 'away') throw new VigilError('LOG_UNAVAILABLE', 'whether a partition is still ours is not known')
    return answer === 'committed'
  }
}

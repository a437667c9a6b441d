import type { Clock } from '../clock.ts'

export interface LockoutRule {
  /** Wrong tries that cost nothing. */
  freeTries: number
  /** How long the first one beyond locks; each further one twice as long. */
  firstMs: number
  /** Never longer than this, and so never for good: who is locked out of a ward is a danger too. */
  longestMs: number
}

/** A wrong password is forgotten after so long without another. */
const FORGOTTEN_AFTER_MS = 3_600_000
const REMEMBERED = 10_000

interface Tries {
  wrong: number
  lastMs: number
  lockedUntilMs: number
}

/** Slows down who guesses: by account or by address, each guess beyond a few waits longer than the one before. */
export class Lockout {
  readonly #rule: LockoutRule
  readonly #clock: Clock
  readonly #tries = new Map<string, Tries>()

  constructor(rule: LockoutRule, clock: Clock) {
    this.#rule = rule
    this.#clock = clock
  }

  /** How long until the next try is listened to; 0: now. */
  lockedForMs(who: string): number {
    return Math.max(0, (this.#tries.get(who)?.lockedUntilMs ?? 0) - this.#clock.monotonicMs())
  }

  /**
   * Counts a wrong try. It is counted before the password is looked at, so that a hundred at once are a hundred, and
   * taken back by what this answers when it was none.
   */
  wrong(who: string): () => void {
    const { freeTries, firstMs, longestMs } = this.#rule
    const nowMs = this.#clock.monotonicMs()
    const before = this.#tries.get(who)
    const remembered = before !== undefined && nowMs - before.lastMs < FORGOTTEN_AFTER_MS
    const wrong = (remembered ? before.wrong : 0) + 1
    const beyond = wrong - freeTries
    const lockMs = beyond < 0 ? 0 : Math.min(longestMs, firstMs * 2 ** Math.min(beyond, 30))
    // Last in the order of the map: who guesses on is remembered longest.
    this.#tries.delete(who)
    this.#tries.set(who, { wrong, lastMs: nowMs, lockedUntilMs: nowMs + lockMs })
    if (this.#tries.size > REMEMBERED) for (const oldest of this.#tries.keys()) if (this.#tries.delete(oldest)) break
    return () => {
      const now = this.#tries.get(who)
      if (now === undefined) return
      const lockedUntilMs = now.wrong === wrong ? (before?.lockedUntilMs ?? 0) : now.lockedUntilMs
      this.#tries.set(who, { ...now, wrong: now.wrong - 1, lockedUntilMs })
    }
  }

  right(who: string): void {
    this.#tries.delete(who)
  }
}

/** The address that guesses are counted by: of IPv6 the network, since one household has all addresses of it. */
export function guesserOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0')]
  return `${whole.slice(0, 4).join(':')}::/64`
}

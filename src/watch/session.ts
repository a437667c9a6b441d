import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Account, PeopleStore, Session } from './people-store.ts'

export interface SessionRule {
  /** Ends it when nobody did anything for so long. */
  idleMs: number
  /** Ends it whatever is done. */
  longestMs: number
}

/** A wall screen is touched by nobody, and its link is made anew once a year. */
const KIOSK: SessionRule = { idleMs: Infinity, longestMs: 365 * 86_400_000 }
const SEEN_EVERY_MS = 60_000
const ID_BYTES = 32

/** A session that holds: whose, and until when if nothing more is done. */
export interface Held {
  /** The digest of its id: what it is called in here, where nobody can use it. */
  key: string
  account: Account
  endsAtMs: number
  /** When it ends whatever is done. */
  latestEndMs: number
}

/** Who is signed in. A session id is 256 random bits that only its browser knows. */
export class Sessions {
  readonly #store: PeopleStore
  readonly #rule: SessionRule
  readonly #clock: Clock

  constructor(store: PeopleStore, rule: SessionRule, clock: Clock) {
    this.#store = store
    this.#rule = rule
    this.#clock = clock
  }

  /** The id of a new session, for its cookie. */
  start(accountId: string): string {
    const id = secret()
    const nowMs = this.#clock.nowMs()
    this.#store.change(() => {
      this.#store.sessions.putSync(digest(id), { accountId, startedAtMs: nowMs, seenAtMs: nowMs })
    })
    return id
  }

  /** Null for one that never was, is over, or whose account is locked or gone. */
  byId(id: string): Held | null {
    return this.byKey(digest(id))
  }

  byKey(key: string): Held | null {
    const session = this.#store.sessions.get(key)
    const account = session === undefined ? undefined : this.#store.accounts.get(session.accountId)
    if (session === undefined || account === undefined || account.lockedAtMs !== null) return null
    const endsAtMs = this.#endOf(session, account)
    const nowMs = this.#clock.nowMs()
    // One from the future was begun by a clock that was wrong: it can't be said how old it is.
    if (nowMs >= endsAtMs || session.startedAtMs > nowMs + SEEN_EVERY_MS) return null
    return { key, account, endsAtMs, latestEndMs: session.startedAtMs + ruleOf(account, this.#rule).longestMs }
  }

  /** Somebody did something: it does not end for being idle. */
  async seen({ key }: Held): Promise<void> {
    const session = this.#store.sessions.get(key)
    const nowMs = this.#clock.nowMs()
    if (session === undefined || nowMs - session.seenAtMs < SEEN_EVERY_MS) return
    await this.#store.changeLater(() => {
      // It may have ended meanwhile, and stays ended.
      if (this.#store.sessions.get(key) !== undefined)
        this.#store.sessions.putSync(key, { ...session, seenAtMs: nowMs })
    })
  }

  end(key: string): void {
    this.#store.change(() => this.#store.sessions.removeSync(key))
  }

  /** Of an account: all, or all but one. */
  endAllOf(accountId: string, butKey: string | null = null): void {
    this.#store.change(() => {
      for (const { key, value } of [...this.#store.sessions.getRange()])
        if (value.accountId === accountId && key !== butKey) this.#store.sessions.removeSync(key)
    })
  }

  /** Lets go of what is over. */
  forget(): void {
    const over = [...this.#store.sessions.getRange()].filter(({ key }) => this.byKey(key) === null)
    if (over.length > 0) this.#store.change(() => over.forEach(({ key }) => this.#store.sessions.removeSync(key)))
  }

  #endOf(session: Session, { roles }: Account): number {
    const { idleMs, longestMs } = ruleOf({ roles }, this.#rule)
    return Math.min(session.seenAtMs + idleMs, session.startedAtMs + longestMs)
  }
}

function ruleOf({ roles }: Pick<Account, 'roles'>, rule: SessionRule): SessionRule {
  return roles.every((role) => role === 'kiosk') ? KIOSK : rule
}

/** What nobody guesses, as it stands in a link or a cookie. */
export function secret(): string {
  return randomBytes(ID_BYTES).toString('base64url')
}

export function digest(id: string): string {
  return createHash('sha256').update(id).digest('hex')
}

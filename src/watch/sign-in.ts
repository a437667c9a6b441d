import type { Clock } from '../clock.ts'
import { guesserOf, Lockout } from './lockout.ts'
import type { Passwords } from './password.ts'
import type { Account, PeopleStore } from './people-store.ts'
import { type Refusal, refusal } from './refusal.ts'
import type { Sessions } from './session.ts'

/** Five guesses an account; the waits between further ones end at five minutes, for a nurse must get in on any night. */
const OF_ACCOUNT = { freeTries: 5, firstMs: 30_000, longestMs: 300_000 }
/** A whole hospital may come from one address. */
const OF_ADDRESS = { freeTries: 30, firstMs: 10_000, longestMs: 300_000 }

interface SignInOptions {
  store: PeopleStore
  sessions: Sessions
  passwords: Passwords
  clock: Clock
}

/** Signing in with account and password. An account that is not there is refused as a wrong password is, and as slowly. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #accounts: Lockout
  readonly #addresses: Lockout

  constructor(options: SignInOptions) {
    this.#options = options
    this.#accounts = new Lockout(OF_ACCOUNT, options.clock)
    this.#addresses = new Lockout(OF_ADDRESS, options.clock)
  }

  async signIn(given: {
    account: string
    password: string
    address: string
  }): Promise<{ ok: true; account: Account; sessionId: string } | Refusal> {
    const { store, sessions, passwords } = this.#options
    const id = given.account.trim().toLowerCase()
    const address = guesserOf(given.address)
    const lockedMs = Math.max(this.#accounts.lockedForMs(id), this.#addresses.lockedForMs(address))
    if (lockedMs > 0) return refusal('LOCKED_OUT', `in ${Math.ceil(lockedMs / 1_000)} s`)
    const undoAccount = this.#accounts.wrong(id)
    const undoAddress = this.#addresses.wrong(address)
    const account = store.accounts.get(id)
    const hash = account?.lockedAtMs === null ? account.passwordHash : null
    const fits = await passwords.fits(given.password, hash)
    if (fits === false) return refusal('SIGN_IN_REFUSED')
    undoAddress()
    if (fits === 'busy') {
      undoAccount()
      return refusal('SIGN_IN_BUSY')
    }
    this.#accounts.right(id)
    // Read again: it may have been locked while the password was looked at.
    const now = store.accounts.get(id)
    if (now === undefined || now.lockedAtMs !== null) return refusal('SIGN_IN_REFUSED')
    return { ok: true, account: now, sessionId: sessions.start(id) }
  }
}

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Account, PeopleStore } from './people-store.ts'
import type { Person } from './person.ts'
import { isLoopback } from './same-origin.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { Held, Sessions } from './session.ts'

/** Who asks, and how that is known. */
export interface Identity {
  person: Person
  how: 'session' | 'token' | 'open'
  /** The session's name in here; null without one. */
  sessionKey: string | null
  /** When it ends if nothing more is done; null: it does not. */
  endsAtMs: number | null
  /** When it ends whatever is done; null: it does not. */
  latestEndMs: number | null
}

/** What came with a request or a handshake. */
export interface Credentials {
  /** The Cookie header. */
  cookie: string | undefined
  token: string | undefined
}

/** Whoever uses this machine while nobody has signed in yet: everything but managing people, for which there is a link. */
const ON_THIS_MACHINE: Person = {
  id: 'local',
  name: 'this machine',
  roles: ['nurse', 'engineer', 'quality'],
  units: 'all',
}

interface AccessOptions {
  config: Pick<Config, 'host' | 'token' | 'tokenRole' | 'publicUrl'>
  store: PeopleStore
  sessions: Sessions
  cookie: SessionCookie
}

/**
 * Who gets in: who has a session, or the token. On loopback everyone, for as long as there is neither a token nor an account
 * that somebody has made the own.
 */
export class Access {
  readonly #options: AccessOptions
  readonly #expected: Buffer | null
  #claimed = false

  constructor(options: AccessOptions) {
    this.#options = options
    const { token } = options.config
    this.#expected = token === '' ? null : digestOf(token)
  }

  /** Whether everyone on this machine gets in. Once somebody has an account, never again. */
  get open(): boolean {
    const { config, store } = this.#options
    if (this.#expected !== null || !isLoopback(config.host) || config.publicUrl !== '') return false
    this.#claimed ||= store.claimed
    return !this.#claimed
  }

  identify({ cookie, token }: Credentials): Identity | null {
    const id = this.#options.cookie.read(cookie)
    const session = id === undefined ? null : this.#options.sessions.byId(id)
    if (session !== null) return this.#ofSession(session)
    if (this.#bears(token)) {
      const { tokenRole } = this.#options.config
      const person = { id: 'token', name: 'the token', roles: [tokenRole], units: 'all' } satisfies Person
      return { person, how: 'token', sessionKey: null, endsAtMs: null, latestEndMs: null }
    }
    return this.open
      ? { person: ON_THIS_MACHINE, how: 'open', sessionKey: null, endsAtMs: null, latestEndMs: null }
      : null
  }

  /** The same one now, with the rights of now; null when it is over. */
  again(identity: Identity): Identity | null {
    if (identity.sessionKey === null) return identity.how === 'open' && !this.open ? null : identity
    const session = this.#options.sessions.byKey(identity.sessionKey)
    return session === null ? null : this.#ofSession(session)
  }

  /** Something was done by hand: the session goes on. */
  used({ sessionKey }: Identity): void {
    const held = sessionKey === null ? null : this.#options.sessions.byKey(sessionKey)
    // What the disk does not take now, it takes with the next deed.
    if (held !== null) this.#options.sessions.seen(held).catch(() => undefined)
  }

  #ofSession({ key, account, endsAtMs, latestEndMs }: Held): Identity {
    return { person: personOf(account), how: 'session', sessionKey: key, endsAtMs, latestEndMs }
  }

  /** Compares digests, so that neither length nor content of the token shows in the time it takes. */
  #bears(token: string | undefined): boolean {
    return this.#expected !== null && token !== undefined && timingSafeEqual(digestOf(token), this.#expected)
  }
}

export function personOf({ id, name, roles, units }: Account): Person {
  return { id, name, roles, units }
}

/** The token of an `Authorization: Bearer …` header (RFC 6750). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

import type { Clock } from '../clock.ts'
import { type Passwords, weakness } from './password.ts'
import type { Account, Invitation, PeopleStore } from './people-store.ts'
import type { Vouched } from './openid.ts'
import type { Role } from './person.ts'
import { type Refusal, refusal } from './refusal.ts'
import { digest, secret, type Sessions } from './session.ts'

const FIRST_LINK_MS = 3_600_000
const LINK_MS = 86_400_000
/** As they stand in commands, the audit and addresses. */
const ACCOUNT_ID = /^[a-z0-9][a-z0-9._@-]{1,63}$/
/** Who is called so is no person; see access.ts. */
const RESERVED = /^(local|token|watch|vigil)$|^(kiosk|oidc)[.:-]/

export interface Rights {
  name: string
  roles: Role[]
  units: string[] | 'all'
}

type Linked = { ok: true; code: string; account: Account } | Refusal
type Done<T> = ({ ok: true } & T) | Refusal

/** Who has an account, and how it comes to be somebody's: by a link that works once. */
export class People {
  readonly #store: PeopleStore
  readonly #sessions: Sessions
  readonly #passwords: Passwords
  readonly #clock: Clock

  constructor(options: { store: PeopleStore; sessions: Sessions; passwords: Passwords; clock: Clock }) {
    this.#store = options.store
    this.#sessions = options.sessions
    this.#passwords = options.passwords
    this.#clock = options.clock
  }

  all(): Account[] {
    return this.#store.all()
  }

  /** The code of a link to the first account, for an hour; those before it lose theirs. Null once there is an account. */
  firstLink(): string | null {
    return this.#store.change(() => {
      if (this.#store.claimed) return null
      for (const { key, value } of [...this.#store.invitations.getRange()])
        if (value.accountId === null) this.#store.invitations.removeSync(key)
      return this.#link(null, FIRST_LINK_MS)
    })
  }

  /** An account for somebody, and the link to it. Of an account that is there: a new password, with the same rights. */
  invite(id: string, rights: Rights | null): Linked {
    if (!isAccountId(id)) return refusal('REQUEST_INVALID', NAMING)
    return this.#store.change(() => {
      const known = this.#store.accounts.get(id)
      if (known !== undefined && rights !== null) return refusal('ACCOUNT_TAKEN')
      if (known === undefined && rights === null) return refusal('ACCOUNT_UNKNOWN')
      if ((known?.subject ?? null) !== null) return refusal('REQUEST_INVALID', 'the hospital signs this person in')
      const account = known ?? this.#made(id, rights as Rights)
      return { ok: true as const, code: this.#link(id, LINK_MS), account }
    })
  }

  /** A wall screen for one unit, and the link that makes a browser it. */
  inviteKiosk(unitId: string): Linked {
    return this.#store.change(() => {
      const id = `kiosk-${secret().slice(0, 8)}`
      const account = this.#made(id, { name: `Wall screen of ${unitId}`, roles: ['kiosk'], units: [unitId] })
      return { ok: true as const, code: this.#link(id, LINK_MS), account }
    })
  }

  /** Whose link it is; the account is null for the first one. */
  invited(code: string): Done<{ account: Account | null }> {
    const invitation = this.#invitation(code)
    if (invitation === null) return refusal('LINK_INVALID')
    const { accountId } = invitation
    if (accountId === null) return this.#store.claimed ? refusal('LINK_INVALID') : { ok: true, account: null }
    const account = this.#store.accounts.get(accountId)
    return account === undefined || account.lockedAtMs !== null ? refusal('LINK_INVALID') : { ok: true, account }
  }

  /** Makes the account of a link the own: with a password, and for the first account a name. All older sessions end. */
  async claim(
    code: string,
    chosen: { id: string; name: string; password: string },
  ): Promise<Done<{ account: Account; sessionId: string }>> {
    const invited = this.invited(code)
    if (!invited.ok) return invited
    const id = invited.account?.id ?? chosen.id
    if (invited.account === null && !isAccountId(id)) return refusal('REQUEST_INVALID', NAMING)
    if (invited.account?.roles.includes('kiosk') === true)
      return refusal('REQUEST_INVALID', 'a wall screen has no password')
    const weak = weakness(chosen.password, id)
    if (weak !== null) return refusal('PASSWORD_WEAK', weak)
    const passwordHash = await this.#passwords.hash(chosen.password)
    if (passwordHash === null) return refusal('SIGN_IN_BUSY')
    return this.#begin(code, () => {
      const first = { name: chosen.name, roles: ['admin'], units: 'all' } satisfies Rights
      return { ...(invited.account ?? this.#made(id, first)), passwordHash }
    })
  }

  /** Makes this browser the wall screen of a link. */
  claimKiosk(code: string): Done<{ account: Account; sessionId: string }> {
    const invited = this.invited(code)
    if (!invited.ok) return invited
    const { account } = invited
    if (account === null || !account.roles.includes('kiosk')) return refusal('LINK_INVALID')
    return this.#begin(code, () => account)
  }

  /** Begins a session of a person of the hospital, with the rights that it gives now. */
  vouchedFor({ subject, ...rights }: Vouched): Done<{ account: Account; sessionId: string }> {
    const id = `oidc:${subject}`
    const account = this.#store.change(() => {
      const known = this.#store.accounts.get(id)
      if (known !== undefined && known.lockedAtMs !== null) return null
      const before = known ?? this.#made(id, rights)
      const now = { ...before, ...rights, subject, claimedAtMs: before.claimedAtMs ?? this.#clock.nowMs() }
      this.#store.accounts.putSync(id, now)
      return now
    })
    if (account === null) return refusal('OPENID_REFUSED', 'the account is locked here')
    return { ok: true, account, sessionId: this.#sessions.start(id) }
  }

  /** Others' rights, at once: what is open in a browser goes on with them. */
  change(id: string, rights: Rights): Done<{ account: Account }> {
    return this.#changed(id, (account) => ({ ...account, ...rights }))
  }

  /** Ends all that the account has open. */
  lock(id: string): Done<{ account: Account }> {
    const locked = this.#changed(id, (account) => ({
      ...account,
      lockedAtMs: account.lockedAtMs ?? this.#clock.nowMs(),
    }))
    if (locked.ok) this.#sessions.endAllOf(id)
    return locked
  }

  unlock(id: string): Done<{ account: Account }> {
    return this.#changed(id, (account) => ({ ...account, lockedAtMs: null }))
  }

  #begin(code: string, claimed: () => Account): Done<{ account: Account; sessionId: string }> {
    const account = this.#store.change(() => {
      // Looked at again: another may have used it while the password was hashed.
      if (!this.invited(code).ok) return null
      this.#store.invitations.removeSync(digest(code))
      const before = claimed()
      const now = { ...before, claimedAtMs: before.claimedAtMs ?? this.#clock.nowMs() }
      this.#store.accounts.putSync(now.id, now)
      return now
    })
    if (account === null) return refusal('LINK_INVALID')
    this.#sessions.endAllOf(account.id)
    return { ok: true, account, sessionId: this.#sessions.start(account.id) }
  }

  #changed(id: string, changed: (account: Account) => Account): Done<{ account: Account }> {
    return this.#store.change(() => {
      const account = this.#store.accounts.get(id)
      if (account === undefined) return refusal('ACCOUNT_UNKNOWN')
      const now = changed(account)
      const others = this.#store.all().filter((other) => other.id !== id)
      if (isAdmin(account) && !isAdmin(now) && !others.some(isAdmin)) return refusal('LAST_ADMIN')
      this.#store.accounts.putSync(id, now)
      return { ok: true as const, account: now }
    })
  }

  #made(id: string, rights: Rights): Account {
    const none = { passwordHash: null, claimedAtMs: null, lockedAtMs: null, subject: null }
    const account = { id, ...rights, ...none, createdAtMs: this.#clock.nowMs() }
    this.#store.accounts.putSync(id, account)
    return account
  }

  #link(accountId: string | null, lastsMs: number): string {
    const code = secret()
    const expiresAtMs = this.#clock.nowMs() + lastsMs
    for (const { key, value } of [...this.#store.invitations.getRange()])
      if (value.expiresAtMs <= this.#clock.nowMs() || (accountId !== null && value.accountId === accountId))
        this.#store.invitations.removeSync(key)
    this.#store.invitations.putSync(digest(code), { accountId, expiresAtMs })
    return code
  }

  #invitation(code: string): Invitation | null {
    const found = this.#store.invitations.get(digest(code))
    return found === undefined || found.expiresAtMs <= this.#clock.nowMs() ? null : found
  }
}

const NAMING = 'an account is 2 to 64 small letters, digits, dots, dashes, underscores or @'

function isAccountId(id: string): boolean {
  return ACCOUNT_ID.test(id) && !RESERVED.test(id)
}

function isAdmin({ roles, lockedAtMs, claimedAtMs }: Account): boolean {
  return roles.includes('admin') && lockedAtMs === null && claimedAtMs !== null
}

import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import type { Role } from './person.ts'

/** An account as it is kept: what a person may, and how the person is known. Accounts are locked, never removed. */
export interface Account {
  /** What the person signs in with; never given to another. */
  id: string
  name: string
  roles: Role[]
  units: string[] | 'all'
  /** Null: no password was chosen yet, or none is: a wall screen, a person of the hospital's own sign-in. */
  passwordHash: string | null
  createdAtMs: number
  /** When someone first signed in with it; null: it is an invitation so far. */
  claimedAtMs: number | null
  /** Null: not locked. */
  lockedAtMs: number | null
  /** Whom the hospital's own sign-in calls so; null: a local account. */
  subject: string | null
}

/** A link that makes an account one's own, once. */
export interface Invitation {
  /** Null: of the first account, whose name is yet to be chosen. */
  accountId: string | null
  expiresAtMs: number
}

export interface Session {
  accountId: string
  startedAtMs: number
  /** When it was last used, to the minute. */
  seenAtMs: number
}

/** What `vigil people` did, until a ward has written it into the audit. */
export interface CommandedChange {
  /** As the audit calls it. */
  action: string
  /** The account. */
  about: string
  occurredAtMs: number
}

interface Tables {
  root: RootDatabase<unknown, string>
  accounts: Database<Account, string>
  invitations: Database<Invitation, string>
  sessions: Database<Session, string>
  commanded: Database<CommandedChange, string>
}

/**
 * People, their invitations and sessions, on disk below the data folder, for the owner of the process alone. Of invitations
 * and sessions only digests are kept: who reads the files can be nobody. Several processes may have it open: the ward
 * that runs and `vigil people`.
 */
export class PeopleStore {
  readonly #folder: string
  #tables: Tables | null = null
  readonly #later = new Set<Promise<unknown>>()

  /** Opens nothing yet. */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'people')
  }

  get accounts(): Database<Account, string> {
    return this.#opened().accounts
  }

  get invitations(): Database<Invitation, string> {
    return this.#opened().invitations
  }

  get sessions(): Database<Session, string> {
    return this.#opened().sessions
  }

  /** By ids that become those of the audit's entries. */
  get commanded(): Database<CommandedChange, string> {
    return this.#opened().commanded
  }

  /** Whether anybody has an account of the own. */
  get claimed(): boolean {
    return this.all().some(({ claimedAtMs }) => claimedAtMs !== null)
  }

  /** By name. */
  all(): Account[] {
    return [...this.accounts.getRange()].map(({ value }) => value).sort((a, b) => byName.compare(a.name, b.name))
  }

  /** All or nothing, one after another, also between processes; on disk when it returns. */
  change<T>(task: () => T): T {
    return this.#opened().root.transactionSync(task)
  }

  /** As `change`, but the disk is waited for by nobody: alerts share this event loop. */
  async changeLater(task: () => void): Promise<void> {
    const change = this.#opened().root.transaction(task)
    this.#later.add(change)
    try {
      await change
    } finally {
      this.#later.delete(change)
    }
  }

  async close(): Promise<void> {
    // They ask for the tables when their turn comes; opened anew within a transaction, LMDB waits for itself for ever.
    await Promise.allSettled(this.#later)
    const tables = this.#tables
    this.#tables = null
    await tables?.root.close()
  }

  #opened(): Tables {
    if (this.#tables !== null) return this.#tables
    const folder = this.#folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    const root = open<unknown, string>({ path: folder, encoding: 'json', maxDbs: 4 })
    const table = <T>(name: string): Database<T, string> => root.openDB<T, string>({ name, encoding: 'json' })
    this.#tables = {
      root,
      accounts: table('accounts'),
      invitations: table('invitations'),
      sessions: table('sessions'),
      commanded: table('commanded'),
    }
    for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o600)
    return this.#tables
  }
}

const byName = new Intl.Collator('en', { numeric: true })

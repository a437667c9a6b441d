import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Access } from './access.ts'
import type { AuditDesk } from './audit-desk.ts'
import { OpenId, type OpenIdConfig } from './openid.ts'
import { openIdRoutes } from './openid-routes.ts'
import { type Cost, Passwords } from './password.ts'
import { peopleRoutes } from './people-routes.ts'
import { People } from './people.ts'
import { type Account, PeopleStore } from './people-store.ts'
import type { Refusal } from './refusal.ts'
import { SessionCookie } from './session-cookie.ts'
import { secret, Sessions } from './session.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { SignIn } from './sign-in.ts'

interface PeopleDoorOptions {
  config: Pick<
    Config,
    'host' | 'port' | 'token' | 'tokenRole' | 'publicUrl' | 'sessionIdleMs' | 'sessionMs' | 'dataDir'
  > &
    OpenIdConfig
  clock: Clock
  cost?: Cost
}

/** Everything about who gets in, put together: accounts, sessions, the pages that make them. */
export class PeopleDoor {
  readonly access: Access
  readonly people: People
  readonly #options: PeopleDoorOptions
  readonly #store: PeopleStore
  readonly #sessions: Sessions
  readonly #cookie: SessionCookie
  readonly signIn: SignIn
  /** What the audit has already and a full disk keeps from being let go of. */
  readonly #audited = new Set<string>()

  constructor(options: PeopleDoorOptions) {
    const { config, clock, cost } = options
    this.#options = options
    this.#store = new PeopleStore(config.dataDir)
    this.#sessions = new Sessions(this.#store, { idleMs: config.sessionIdleMs, longestMs: config.sessionMs }, clock)
    this.#cookie = new SessionCookie(config.publicUrl)
    const [store, sessions, cookie, passwords] = [this.#store, this.#sessions, this.#cookie, new Passwords(cost)]
    this.access = new Access({ config, store, sessions, cookie })
    this.people = new People({ store, sessions, passwords, clock })
    this.signIn = new SignIn({ store, sessions, passwords, clock })
  }

  /** `changed` is called when somebody's rights are others than before. */
  routes(app: FastifyInstance, audit: AuditDesk, logger: Logger, changed: () => void): void {
    const [people, access, sessions, cookie, signIn] = [
      ...([this.people, this.access] as const),
      ...([this.#sessions, this.#cookie, this.signIn] as const),
    ]
    const { config } = this.#options
    signInRoutes(app, {
      people,
      access,
      sessions,
      cookie,
      signIn,
      sessionMs: config.sessionMs,
      hasOpenId: config.oidcIssuer !== '',
      audit,
      changed,
    })
    const { publicUrl, sessionMs, oidcIssuer } = config
    const openId = oidcIssuer === '' ? null : new OpenId(config, this.#options.clock, logger)
    openIdRoutes(app, { openId, publicUrl, people, cookie, sessionMs, audit })
    peopleRoutes(app, { people, audit, changed })
  }

  firstLink(address: string): string | null {
    const code = this.people.firstLink()
    return code === null ? null : `${this.#options.config.publicUrl || address}/#/welcome/${code}`
  }

  /** Does what `vigil people` asks for; what was done waits here for a ward, which alone has the log, in the same step. */
  command<T extends { ok: true; account: Account }>(action: string, act: () => T | Refusal): T | Refusal {
    return this.#store.change(() => {
      const done = act()
      const occurredAtMs = this.#options.clock.nowMs()
      if (done.ok) this.#store.commanded.putSync(secret(), { action, about: done.account.id, occurredAtMs })
      return done
    })
  }

  /** Takes what `vigil people` did into the audit, once, whether or not a ward ran at the time. Throws on a full disk. */
  auditCommanded(audit: Pick<AuditDesk, 'commanded'>): void {
    const waiting = [...this.#store.commanded.getRange()]
    for (const { key, value } of waiting) {
      if (!this.#audited.has(key)) audit.commanded(key, value)
      this.#audited.add(key)
    }
    if (waiting.length > 0)
      this.#store.change(() => waiting.forEach(({ key }) => this.#store.commanded.removeSync(key)))
  }

  forget(): void {
    this.#sessions.forget()
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

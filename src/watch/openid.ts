import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Logger } from 'pino'
import type * as OpenIdClient from 'openid-client'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { ROLES, type Role } from './person.ts'
import { type Refusal, refusal } from './refusal.ts'

export type OpenIdConfig = Pick<
  Config,
  'publicUrl' | 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcRolesClaim' | 'oidcUnitsClaim'
>

/** Whom the hospital vouches for. */
export interface Vouched {
  /** What the issuer calls the person, for good. */
  subject: string
  name: string
  roles: Role[]
  units: string[] | 'all'
}

/** What this browser must bring back, so that nobody else's answer is taken for its own. */
interface Flow {
  state: string
  nonce: string
  verifier: string
  endsAtMs: number
}

export const FLOW_MS = 600_000
const SCOPE = 'openid profile'
export const CALLBACK = '/api/openid/callback'

/**
 * Signing in with the hospital's own accounts: OpenID Connect, code flow with PKCE (RFC 7636), state and nonce. What a
 * browser must bring back travels in a cookie that is signed with a key of this process alone.
 */
export class OpenId {
  readonly #config: OpenIdConfig
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #key = randomBytes(32)
  #issuer: Promise<OpenIdClient.Configuration> | null = null

  constructor(config: OpenIdConfig, clock: Clock, logger: Logger) {
    this.#config = config
    this.#clock = clock
    this.#logger = logger
  }

  /** Where to send the browser, and the value of its cookie. */
  async begin(): Promise<{ ok: true; location: string; flow: string } | Refusal> {
    const client = await import('openid-client')
    const issuer = await this.#discovered(client)
    if (issuer === null) return refusal('OPENID_UNAVAILABLE')
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()]
    const location = client.buildAuthorizationUrl(issuer, {
      ...{ redirect_uri: this.#callback, scope: SCOPE, state, nonce },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const flow = this.#signed({ state, nonce, verifier, endsAtMs: this.#clock.nowMs() + FLOW_MS })
    return { ok: true, location: location.href, flow }
  }

  /** Whom the answer of the issuer is about; `url` is the path and query that the browser came back with. */
  async end(url: string, cookie: string | undefined): Promise<{ ok: true; vouched: Vouched } | Refusal> {
    const flow = this.#read(cookie)
    if (flow === null) return refusal('OPENID_REFUSED', 'the way back took too long, or began in another browser')
    const client = await import('openid-client')
    const issuer = await this.#discovered(client)
    if (issuer === null) return refusal('OPENID_UNAVAILABLE')
    try {
      const tokens = await client.authorizationCodeGrant(issuer, new URL(url, this.#config.publicUrl), {
        ...{ pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce },
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) return refusal('OPENID_REFUSED')
      return this.#vouched(claims)
    } catch (error) {
      // Whatever is wrong with the answer, it is no answer; what exactly is for the log. It names no person.
      const { code, message } = error as { code?: string; message?: string }
      this.#logger.warn({ code, detail: message }, 'an answer of the OpenID issuer was refused')
      return refusal('OPENID_REFUSED')
    }
  }

  #vouched(claims: OpenIdClient.IDToken): { ok: true; vouched: Vouched } | Refusal {
    const { oidcRolesClaim, oidcUnitsClaim } = this.#config
    const given = textsOf(claimAt(claims, oidcRolesClaim))
    const roles = ROLES.filter((role) => role !== 'kiosk' && given.includes(role))
    if (roles.length === 0) return refusal('OPENID_REFUSED', 'none of the person’s roles is one of the ward')
    const units = textsOf(claimAt(claims, oidcUnitsClaim))
    const { sub, name, preferred_username: username } = claims
    if (sub.length > 128) return refusal('OPENID_REFUSED', 'the subject is too long')
    const called = [name, username].find((text) => typeof text === 'string' && text !== '')
    return {
      ok: true,
      vouched: {
        subject: sub,
        name: typeof called === 'string' ? called.slice(0, 80) : sub,
        roles,
        units: units.includes('all') ? 'all' : units,
      },
    }
  }

  /** Null while the issuer cannot be reached; the next one tries again. */
  async #discovered(client: typeof OpenIdClient): Promise<OpenIdClient.Configuration | null> {
    const { oidcIssuer, oidcClientId, oidcClientSecret } = this.#config
    // An issuer without https is one of a test or of this machine; config.ts lets no other in.
    const insecure = oidcIssuer.startsWith('http:') ? [client.allowInsecureRequests] : []
    // By itself it takes the issuer's https for proof; a signature costs nothing and holds behind a proxy, too.
    const execute = [...insecure, client.enableNonRepudiationChecks]
    const secret = oidcClientSecret === '' ? undefined : oidcClientSecret
    this.#issuer ??= client.discovery(new URL(oidcIssuer), oidcClientId, secret, undefined, { execute })
    try {
      return await this.#issuer
    } catch (error) {
      this.#issuer = null
      this.#logger.warn({ detail: String(error) }, 'the OpenID issuer cannot be reached')
      return null
    }
  }

  get #callback(): string {
    return new URL(CALLBACK, this.#config.publicUrl).href
  }

  #signed(flow: Flow): string {
    const text = Buffer.from(JSON.stringify(flow)).toString('base64url')
    return `${text}.${this.#mac(text).toString('base64url')}`
  }

  #read(cookie: string | undefined): Flow | null {
    const [text = '', mac = ''] = (cookie ?? '').split('.')
    const [given, expected] = [Buffer.from(mac, 'base64url'), this.#mac(text)]
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
    const flow = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Flow
    return flow.endsAtMs <= this.#clock.nowMs() ? null : flow
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}

/** A claim by its name, or by the way to it: `realm_access.roles`. */
function claimAt(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>(
      (at, part) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, part)
          ? (at as Record<string, unknown>)[part]
          : undefined,
      claims,
    )
}

function textsOf(claim: unknown): string[] {
  const texts: unknown[] = typeof claim === 'string' ? claim.split(/[\s,]+/) : Array.isArray(claim) ? claim : []
  return texts.filter((text): text is string => typeof text === 'string' && text !== '' && text.length <= 256)
}

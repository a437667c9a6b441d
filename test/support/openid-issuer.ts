import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** How an answer is wrong. */
export interface Wrong {
  nonce?: string
  audience?: string
  issuer?: string
  /** Seconds from now. */
  expiresIn?: number
  foreignKey?: boolean
}

export interface Claims {
  sub: string
  name?: string
  [claim: string]: unknown
}

/** A small OpenID issuer that lets everyone in at once as whom the test says, and checks what a client must send (RFC 6749, 7636). */
export class OpenIdIssuer {
  claims: Claims = { sub: 'nobody' }
  wrong: Wrong = {}
  /** Why a client was refused by it. */
  readonly refused: string[] = []
  readonly #clientId: string
  readonly #secret: string
  readonly #codes = new Map<string, { nonce: string; challenge: string; redirect: string }>()
  #server: Server | null = null
  #keys: Awaited<ReturnType<typeof generateKeyPair>> | null = null
  #foreign: Awaited<ReturnType<typeof generateKeyPair>> | null = null

  constructor(clientId: string, secret: string) {
    this.#clientId = clientId
    this.#secret = secret
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`
  }

  async start(): Promise<void> {
    this.#keys = await generateKeyPair('RS256')
    this.#foreign = await generateKeyPair('RS256')
    const jwk = { ...(await exportJWK(this.#keys.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
      const json = (body: object, status = 200): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      }
      if (pathname === '/.well-known/openid-configuration') return json(this.#configuration())
      if (pathname === '/keys') return json({ keys: [jwk] })
      if (pathname === '/authorize') {
        const code = `code-${this.#codes.size}`
        const [nonce, challenge] = [searchParams.get('nonce') ?? '', searchParams.get('code_challenge') ?? '']
        const redirect = searchParams.get('redirect_uri') ?? ''
        if (searchParams.get('client_id') !== this.#clientId || searchParams.get('code_challenge_method') !== 'S256')
          return json({ error: 'invalid_request' }, 400)
        this.#codes.set(code, { nonce, challenge, redirect })
        const back = new URL(redirect)
        back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '', iss: this.url }).toString()
        response.writeHead(302, { location: back.href }).end()
        return
      }
      if (pathname === '/token')
        return void this.#token(request).then(json, () => json({ error: 'invalid_grant' }, 400))
      json({}, 404)
    })
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve))
  }

  stop(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  #configuration(): object {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    }
  }

  async #token(request: IncomingMessage): Promise<object> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const given = new URLSearchParams(body)
    const code = given.get('code') ?? ''
    const begun = this.#codes.get(code)
    this.#codes.delete(code)
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    const good = begun !== undefined && challenge === begun.challenge && given.get('redirect_uri') === begun.redirect
    if (!good || given.get('client_secret') !== this.#secret || given.get('client_id') !== this.#clientId) {
      this.refused.push(code)
      throw new Error('refused')
    }
    return { access_token: 'of-no-use', token_type: 'Bearer', id_token: await this.#idToken(begun.nonce) }
  }

  #idToken(nonce: string): Promise<string> {
    const { wrong, claims } = this
    const keys = wrong.foreignKey === true ? this.#foreign : this.#keys
    if (keys === null) throw new Error('the issuer was not started')
    return new SignJWT({ ...claims, nonce: wrong.nonce ?? nonce })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer(wrong.issuer ?? this.url)
      .setAudience(wrong.audience ?? this.#clientId)
      .setIssuedAt()
      .setExpirationTime(`${wrong.expiresIn ?? 60} s from now`.replace(/^-(\d+) s from now$/, '$1 s ago'))
      .sign(keys.privateKey)
  }
}

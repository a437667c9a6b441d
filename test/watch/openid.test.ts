import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { readConfig } from '../../src/config.ts'
import { PeopleStore } from '../../src/watch/people-store.ts'
import { OpenIdIssuer, type Claims, type Wrong } from '../support/openid-issuer.ts'
import { openWard, type WardUnderTest } from './ward-under-test.ts'

const SECRET = 'a secret between the two'
const ANN: Claims = { sub: 'a1b2', name: 'Ann of the Hospital', roles: ['nurse', 'choir'], units: ['icu'] }

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A browser as far as this needs one: it follows redirects and keeps cookies by name. */
class Visitor {
  readonly cookies = new Map<string, string>()
  #left = ''

  async visit(url: string, hops = 8): Promise<Response> {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: this.header } })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (line.includes('Max-Age=0')) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const location = answer.headers.get('location')
    if (location === null || hops === 0) return answer
    this.#left = new URL(location, url).href
    if (this.#left.includes('#')) return answer
    return this.visit(this.#left, hops - 1)
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Where the last redirect led. */
  get at(): string {
    return this.#left
  }
}

describe('signing in with the hospital’s account', () => {
  const issuer = new OpenIdIssuer('vigil-ward', SECRET)
  let ward: WardUnderTest

  async function comeIn(claims: Claims, wrong: Wrong = {}): Promise<Visitor> {
    Object.assign(issuer, { claims, wrong })
    const visitor = new Visitor()
    await visitor.visit(`${ward.url}/api/openid/start`)
    return visitor
  }
  const me = async ({ header }: Visitor): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`${ward.url}/api/me`, { headers: { cookie: header } })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  async function refusedEntry(visitor: Visitor, code = 'OPENID_REFUSED'): Promise<void> {
    assert.ok(visitor.at.endsWith(`/#/not-let-in/${code}`), visitor.at)
    assert.equal(visitor.cookies.size, 0)
    assert.equal((await me(visitor)).status, 401)
  }

  before(async () => {
    await issuer.start()
    const port = await freePort()
    ward = await openWard({
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      oidcIssuer: issuer.url,
      oidcClientId: 'vigil-ward',
      oidcClientSecret: SECRET,
    })
  })
  beforeEach(() => issuer.refused.splice(0))
  after(async () => {
    await ward.close()
    issuer.stop()
  })

  it('brings a person in with the roles and units the issuer gives, and those we know', async () => {
    const visitor = await comeIn(ANN)
    assert.deepEqual([...visitor.cookies.keys()], ['vigil-session'], 'what the way back needed is gone')
    const { body } = await me(visitor)
    assert.deepEqual(
      [body['id'], body['name'], body['roles'], body['units'], body['how']],
      [...['oidc:a1b2', 'Ann of the Hospital'], ...[['nurse'], ['icu'], 'session']],
    )
    assert.deepEqual(issuer.refused, [], 'PKCE, redirect address and secret were as the issuer wants them')
  })

  it('gives the rights of today, to open screens too, and takes claims as text or all units', async () => {
    const earlier = await comeIn(ANN)
    await comeIn({ ...ANN, roles: 'quality engineer', units: 'all' })
    const { body } = await me(earlier)
    assert.deepEqual([body['roles'], body['units']], [['engineer', 'quality'], 'all'])
  })

  it('says on the sign-in page that it is there', async () => {
    const ways = (await (await fetch(`${ward.url}/api/sign-in`)).json()) as object
    assert.deepEqual(ways, { open: false, openIdConnect: true })
  })

  for (const [what, wrong] of Object.entries({
    'a nonce that was not asked with': { nonce: 'replayed' },
    'a token for somebody else’s client': { audience: 'another-client' },
    'a token that is over': { expiresIn: -600 },
    'a token of another issuer': { issuer: 'http://127.0.0.1:1' },
    'a token that another key signed': { foreignKey: true },
  } satisfies Record<string, Wrong>))
    it(`refuses ${what}`, async () => refusedEntry(await comeIn(ANN, wrong)))

  for (const [what, claims] of Object.entries({
    'whose roles we do not know': { ...ANN, roles: ['choir'] },
    'who says to be a wall screen': { ...ANN, roles: ['kiosk'] },
    'of whom no role is said': { sub: 'a1b2', units: ['icu'] },
  }))
    it(`refuses a person ${what}`, async () => refusedEntry(await comeIn(claims)))

  it('refuses an answer in a browser that did not ask, or to another question', async () => {
    Object.assign(issuer, { claims: ANN, wrong: {} })
    const asked = new Visitor()
    const start = await fetch(`${ward.url}/api/openid/start`, { redirect: 'manual' })
    const toIssuer = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' })
    const back = toIssuer.headers.get('location') ?? ''
    await asked.visit(back)
    await refusedEntry(asked)
    const other = new Visitor()
    await other.visit(`${ward.url}/api/openid/start`, 0)
    await other.visit(back)
    await refusedEntry(other)
    const mixed = new Visitor()
    const own = await mixed.visit(`${ward.url}/api/openid/start`, 0)
    const answered = await fetch(own.headers.get('location') ?? '', { redirect: 'manual' })
    const withOtherState = new URL(answered.headers.get('location') ?? '')
    withOtherState.searchParams.set('state', 'another')
    await mixed.visit(withOtherState.href)
    await refusedEntry(mixed)
    const forged = new Visitor()
    const flow = Buffer.from('{"state":"x","nonce":"y","verifier":"z","endsAtMs":9e15}').toString('base64url')
    forged.cookies.set('vigil-openid', `${flow}.${flow}`)
    await forged.visit(`${ward.url}/api/openid/callback?code=c&state=x`)
    await refusedEntry(forged)
  })

  it('refuses who is locked here', async () => {
    await comeIn(ANN)
    const store = new PeopleStore(ward.dataDir)
    store.change(() => {
      const account = store.accounts.get('oidc:a1b2')
      assert.ok(account)
      store.accounts.putSync('oidc:a1b2', { ...account, lockedAtMs: 1 })
    })
    await refusedEntry(await comeIn(ANN))
    await store.close()
  })

  it('says when the issuer is away, and asks it again the next time', async () => {
    const port = await freePort()
    const publicUrl = `http://127.0.0.1:${port}`
    const away = await openWard({
      port,
      publicUrl,
      oidcIssuer: `http://127.0.0.1:${await freePort()}`,
      oidcClientId: 'x',
    })
    const visitor = new Visitor()
    await visitor.visit(`${away.url}/api/openid/start`)
    assert.ok(visitor.at.endsWith('/#/not-let-in/OPENID_UNAVAILABLE'), visitor.at)
    await away.close()
  })

  it('is told by settings that go together', () => {
    const problems = (...argv: string[]): readonly string[] => {
      const read = readConfig(argv, {})
      return read.ok ? [] : read.problems
    }
    const rest = ['--oidc-client-id', 'x', '--public-url', 'https://ward.example']
    assert.deepEqual(problems('--oidc-issuer', 'https://id.example', ...rest), [])
    assert.match(problems('--oidc-issuer', 'http://id.example', ...rest).join(), /https address/)
    assert.match(problems('--oidc-issuer', 'https://id.example').join(), /--oidc-client-id and --public-url/)
    assert.match(problems('--public-url', 'https://ward.example/path').join(), /without a path/)
  })
})

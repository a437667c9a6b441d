import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import { bearerToken } from '../../src/watch/access.ts'
import { PeopleDoor } from '../../src/watch/people-door.ts'
import type { Rights } from '../../src/watch/people.ts'

const HOUR_MS = 3_600_000
const PASSWORD = 'correct horse battery'
const NURSE: Rights = { name: 'Ann', roles: ['nurse'], units: ['icu'] }
const FIRST = { id: 'root-of-all', name: 'First', password: PASSWORD }

describe('the door', () => {
  const clock = new ManualClock(1_800_000_000_000)
  let dataDir = ''
  let door: PeopleDoor
  const open = (config: Partial<Config> = {}): PeopleDoor =>
    new PeopleDoor({ config: defaultConfig({ dataDir, ...config }), clock, cost: { ln: 10, r: 8, p: 1 } })
  const nobody = { cookie: undefined, token: undefined }
  const signIn = (account: string, password: string, address = '10.0.0.1') =>
    door.signIn.signIn({ account, password, address })

  /** The first account, and a nurse. */
  async function staffed(): Promise<void> {
    assert.ok((await door.people.claim(door.people.firstLink() ?? '', FIRST)).ok)
    const invited = door.people.invite('ann', NURSE)
    assert.ok(invited.ok)
    assert.ok((await door.people.claim(invited.code, { id: '', name: '', password: PASSWORD })).ok)
  }

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'vigil-door-'))
    door = open()
  })
  afterEach(async () => {
    await door.close()
    rmSync(dataDir, { recursive: true })
  })

  it('is open on this machine until the first account is claimed, and never after', async () => {
    assert.equal(door.access.identify(nobody)?.how, 'open')
    assert.equal(door.access.identify({ ...nobody, token: 'any' })?.person.id, 'local')
    await staffed()
    assert.equal(door.access.identify(nobody), null)
    door.people.lock('ann')
    assert.equal(door.access.open, false)
  })

  it('is never open to other machines, behind a proxy, or with a token', () => {
    for (const config of [{ host: '0.0.0.0' }, { publicUrl: 'https://ward.example' }, { token: 'ward-token' }])
      assert.equal(open(config).access.identify(nobody), null, JSON.stringify(config))
  })

  it('lets in who brings the token, with the role the setting gives, and nobody with another', () => {
    const { access } = open({ token: 'ward-token', tokenRole: 'quality' })
    assert.deepEqual(access.identify({ ...nobody, token: 'ward-token' })?.person.roles, ['quality'])
    for (const token of [undefined, '', 'ward', 'ward-token ', 'WARD-TOKEN'])
      assert.equal(access.identify({ ...nobody, token }), null)
  })

  it('takes the token beside accounts, too', async () => {
    await staffed()
    assert.equal(open({ token: 'ward-token' }).access.identify({ ...nobody, token: 'ward-token' })?.person.id, 'token')
  })

  it('makes the first account by a link that works once, within an hour, and only the newest one', async () => {
    const [older, newer] = [door.people.firstLink() ?? '', door.people.firstLink() ?? '']
    assert.equal((await door.people.claim(older, FIRST)).ok, false)
    const weak = await door.people.claim(newer, { ...FIRST, password: 'short' })
    assert.equal(weak.ok === false && weak.code, 'PASSWORD_WEAK')
    const both = await Promise.all([
      door.people.claim(newer, FIRST),
      door.people.claim(newer, { ...FIRST, id: 'other' }),
    ])
    assert.deepEqual(both.map(({ ok }) => ok).sort(), [false, true], 'one of two at once')
    assert.equal(door.people.firstLink(), null)
    assert.deepEqual(door.people.all()[0]?.roles, ['admin'])
  })

  it('lets a link go by after its hour', async () => {
    const code = door.people.firstLink() ?? ''
    clock.advance(HOUR_MS)
    const late = await door.people.claim(code, FIRST)
    assert.equal(late.ok === false && late.code, 'LINK_INVALID')
  })

  it('knows a link of somebody who was invited for a day, and takes no name that means something else', async () => {
    await staffed()
    for (const id of ['token', 'local', 'kiosk-1', 'oidc-1', 'A', 'a b', '', '../x'])
      assert.equal(door.people.invite(id, NURSE).ok, false, id)
    const twice = door.people.invite('ann', NURSE)
    assert.equal(twice.ok === false && twice.code, 'ACCOUNT_TAKEN')
    const bob = door.people.invite('bob', NURSE)
    assert.ok(bob.ok)
    clock.advance(24 * HOUR_MS)
    assert.equal(door.people.invited(bob.code).ok, false)
  })

  it('signs in with the right password, whatever the letters’ size of the account, and with no other', async () => {
    await staffed()
    const answer = await signIn(' Ann ', PASSWORD)
    assert.ok(answer.ok)
    const cookie = `vigil-session=${answer.sessionId}`
    assert.deepEqual(door.access.identify({ ...nobody, cookie })?.person, { id: 'ann', ...NURSE })
    for (const [account, password] of [
      ['ann', 'wrong'],
      ['ann', ''],
      ['nobody', PASSWORD],
    ] as const) {
      const refused = await signIn(account, password)
      assert.equal(refused.ok === false && refused.code, 'SIGN_IN_REFUSED')
    }
  })

  it('locks an account after five wrong tries, the right password too, for 30 s and from every address', async () => {
    await staffed()
    for (let tries = 0; tries < 5; tries++) await signIn('ann', 'wrong', `10.0.0.${tries}`)
    const locked = await signIn('ann', PASSWORD, '10.9.9.9')
    assert.equal(locked.ok === false && locked.code, 'LOCKED_OUT')
    assert.ok((await signIn(FIRST.id, PASSWORD)).ok, 'and nobody else')
    clock.advance(30_000)
    assert.ok((await signIn('ann', PASSWORD)).ok)
  })

  it('counts tries that are made at once', async () => {
    await staffed()
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('ann', 'wrong')))
    const codes = answers.map((answer) => (answer.ok ? 'OK' : answer.code))
    assert.equal(codes.filter((code) => code === 'SIGN_IN_REFUSED').length, 5)
    assert.equal(codes.filter((code) => code === 'LOCKED_OUT').length, 7)
  })

  it('locks an address that guesses at many accounts', async () => {
    await staffed()
    for (let tries = 0; tries < 30; tries++) await signIn(`guess-${tries}`, 'wrong', '10.0.0.1')
    const locked = await signIn('ann', PASSWORD, '10.0.0.1')
    assert.equal(locked.ok === false && locked.code, 'LOCKED_OUT')
    assert.ok((await signIn('ann', PASSWORD, '10.0.0.2')).ok)
  })

  it('ends what a locked account has open, refuses its password as if it were none, and lets it back in', async () => {
    await staffed()
    const answer = await signIn('ann', PASSWORD)
    assert.ok(answer.ok)
    const identity = door.access.identify({ ...nobody, cookie: `vigil-session=${answer.sessionId}` })
    assert.ok(identity)
    assert.ok(door.people.lock('ann').ok)
    assert.equal(door.access.again(identity), null)
    assert.equal((await signIn('ann', PASSWORD)).ok, false)
    assert.ok(door.people.unlock('ann').ok)
    assert.equal(door.access.again(identity), null, 'what was open stays ended')
    assert.ok((await signIn('ann', PASSWORD)).ok)
  })

  it('gives a new password by a link, which ends all that was open', async () => {
    await staffed()
    const before = await signIn('ann', PASSWORD)
    const link = door.people.invite('ann', null)
    assert.ok(before.ok && link.ok)
    assert.ok((await door.people.claim(link.code, { id: '', name: '', password: 'another long one' })).ok)
    assert.equal(door.access.identify({ ...nobody, cookie: `vigil-session=${before.sessionId}` }), null)
    assert.equal((await signIn('ann', PASSWORD)).ok, false)
    assert.ok((await signIn('ann', 'another long one')).ok)
  })

  it('keeps one who manages people', async () => {
    await staffed()
    const codes = [door.people.lock(FIRST.id), door.people.change(FIRST.id, NURSE)].map((a) => (a.ok ? 'OK' : a.code))
    assert.deepEqual(codes, ['LAST_ADMIN', 'LAST_ADMIN'])
    assert.ok(door.people.change('ann', { ...NURSE, roles: ['admin'] }).ok)
    assert.ok(door.people.lock(FIRST.id).ok)
  })

  it('makes a browser a wall screen of one unit by a link, and nothing else of it', async () => {
    await staffed()
    const link = door.people.inviteKiosk('icu')
    const nurse = door.people.invite('bob', NURSE)
    assert.ok(link.ok && nurse.ok)
    assert.equal((await door.people.claim(link.code, { id: '', name: '', password: PASSWORD })).ok, false)
    assert.equal(door.people.claimKiosk(nurse.code).ok, false)
    const kiosk = door.people.claimKiosk(link.code)
    assert.ok(kiosk.ok)
    assert.equal(door.people.claimKiosk(link.code).ok, false, 'once')
    const identity = door.access.identify({ ...nobody, cookie: `vigil-session=${kiosk.sessionId}` })
    assert.deepEqual([identity?.person.roles, identity?.person.units], [['kiosk'], ['icu']])
  })
})

describe('a bearer header', () => {
  it('holds a token (RFC 6750)', () => {
    assert.equal(bearerToken('Bearer abc'), 'abc')
    assert.equal(bearerToken('bearer  abc'), 'abc')
    for (const header of [undefined, '', 'Basic abc', 'Bearer', 'Bearer a b'])
      assert.equal(bearerToken(header), undefined, String(header))
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { type Account, PeopleStore } from '../../src/watch/people-store.ts'
import { readCookie, SessionCookie } from '../../src/watch/session-cookie.ts'
import { Sessions } from '../../src/watch/session.ts'

const HOUR_MS = 3_600_000
const rule = { idleMs: 4 * HOUR_MS, longestMs: 12 * HOUR_MS }

function account(id: string, changes: Partial<Account> = {}): Account {
  const none = { passwordHash: null, claimedAtMs: null, lockedAtMs: null, subject: null, createdAtMs: 0 }
  return { id, name: id, roles: ['nurse'], units: ['icu'], ...none, ...changes }
}

describe('a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-people-'))
  const clock = new ManualClock(1_800_000_000_000)
  let store: PeopleStore
  let sessions: Sessions
  const save = (one: Account): void => store.change(() => store.accounts.putSync(one.id, one)) as never

  before(() => {
    store = new PeopleStore(folder)
    sessions = new Sessions(store, rule, clock)
    save(account('ann'))
    save(account('wall', { roles: ['kiosk'] }))
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  it('is of whom it was begun for, and of nobody under another id', () => {
    const id = sessions.start('ann')
    assert.equal(sessions.byId(id)?.account.id, 'ann')
    assert.equal(sessions.byId(`${id}x`), null)
    assert.equal(sessions.byId(''), null)
  })

  it('says when it ends whatever is done, and that a wall screen’s lasts a year', async () => {
    const startMs = clock.nowMs()
    const [id, wall] = [sessions.start('ann'), sessions.start('wall')]
    clock.advance(3 * HOUR_MS)
    const held = sessions.byId(id)
    assert.ok(held)
    await sessions.seen(held)
    assert.equal(sessions.byId(id)?.latestEndMs, startMs + 12 * HOUR_MS, 'what is done does not put it off')
    assert.equal(sessions.byId(wall)?.latestEndMs, startMs + 365 * 24 * HOUR_MS)
  })

  it('ends when nobody does anything for four hours, and goes on while somebody does', async () => {
    const id = sessions.start('ann')
    const use = async (): Promise<void> => {
      const held = sessions.byId(id)
      assert.ok(held)
      await sessions.seen(held)
    }
    clock.advance(3 * HOUR_MS)
    await use()
    clock.advance(3 * HOUR_MS)
    await use()
    clock.advance(4 * HOUR_MS - 1)
    assert.ok(sessions.byId(id))
    clock.advance(1)
    assert.equal(sessions.byId(id), null)
  })

  it('ends after twelve hours, whatever is done', async () => {
    const id = sessions.start('ann')
    for (let hour = 0; hour < 12; hour++) {
      const held = sessions.byId(id)
      assert.ok(held, `after ${hour} h`)
      await sessions.seen(held)
      clock.advance(HOUR_MS)
    }
    assert.equal(sessions.byId(id), null)
  })

  it('of a wall screen that nobody touches lasts a year', () => {
    const id = sessions.start('wall')
    clock.advance(364 * 24 * HOUR_MS)
    assert.ok(sessions.byId(id))
    clock.advance(24 * HOUR_MS)
    assert.equal(sessions.byId(id), null)
  })

  it('does not hold while its account is locked', () => {
    const id = sessions.start('ann')
    save(account('ann', { lockedAtMs: clock.nowMs() }))
    assert.equal(sessions.byId(id), null)
    save(account('ann'))
    assert.ok(sessions.byId(id))
  })

  it('does not hold when it was begun later than now: that clock was wrong', () => {
    const id = new Sessions(store, rule, new ManualClock(clock.nowMs() + HOUR_MS)).start('ann')
    assert.equal(sessions.byId(id), null)
  })

  it('stays ended, although something was done a moment before', async () => {
    const id = sessions.start('ann')
    clock.advance(2 * 60_000)
    const held = sessions.byId(id)
    assert.ok(held)
    const seen = sessions.seen(held)
    sessions.end(held.key)
    await seen
    assert.equal(sessions.byId(id), null)
  })

  it('is ended alone, or with all others of its account', () => {
    const [one, two, wall] = [sessions.start('ann'), sessions.start('ann'), sessions.start('wall')]
    sessions.end(sessions.byId(one)?.key ?? '')
    assert.equal(sessions.byId(one), null)
    assert.ok(sessions.byId(two))
    sessions.endAllOf('ann')
    assert.equal(sessions.byId(two), null)
    assert.ok(sessions.byId(wall))
  })

  it('is forgotten when it is over', () => {
    sessions.endAllOf('ann')
    sessions.endAllOf('wall')
    sessions.forget()
    const kept = sessions.start('wall')
    sessions.start('ann')
    clock.advance(13 * HOUR_MS)
    sessions.forget()
    assert.equal([...store.sessions.getRange()].length, 1)
    assert.ok(sessions.byId(kept))
  })

  it('is found by another process of the same folder, and is nowhere on disk by its id', async () => {
    const id = sessions.start('ann')
    const other = new PeopleStore(folder)
    assert.ok(new Sessions(other, rule, clock).byId(id))
    await other.close()
    const bytes = readdirSync(join(folder, 'people')).map((file) =>
      readFileSync(join(folder, 'people', file), 'latin1'),
    )
    assert.ok(bytes.some((text) => text.includes('"ann"')))
    assert.ok(!bytes.some((text) => text.includes(id)))
  })

  it('lies in files that only their owner reads', () => {
    const mode = (path: string): number => statSync(path).mode & 0o777
    assert.equal(mode(join(folder, 'people')), 0o700)
    const files = readdirSync(join(folder, 'people'))
    assert.ok(files.length >= 2)
    for (const file of files) assert.equal(mode(join(folder, 'people', file)), 0o600, file)
  })
})

describe('the cookie of a session', () => {
  it('is read by no script and sent by no other site, and over https bound to this host', () => {
    assert.equal(
      new SessionCookie('').given('abc', 60_000),
      'vigil-session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict',
    )
    assert.equal(
      new SessionCookie('https://ward.example').given('abc', 60_000),
      '__Host-vigil-session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure',
    )
    assert.match(new SessionCookie('').taken(), /^vigil-session=; Max-Age=0;/)
  })

  it('is found among others, and not under a name that only ends like it', () => {
    assert.equal(readCookie('a=1; vigil-session=abc-_1; b=2', 'vigil-session'), 'abc-_1')
    assert.equal(readCookie('xvigil-session=abc', 'vigil-session'), undefined)
    assert.equal(readCookie('__Host-vigil-session=abc', 'vigil-session'), undefined)
    for (const header of [undefined, '', ';;', 'vigil-session', 'vigil-session=', 'vigil-session="a b"'])
      assert.equal(readCookie(header, 'vigil-session'), undefined, String(header))
  })
})

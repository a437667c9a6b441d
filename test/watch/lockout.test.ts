import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { guesserOf, Lockout } from '../../src/watch/lockout.ts'

const rule = { freeTries: 5, firstMs: 30_000, longestMs: 300_000 }

describe('the lockout', () => {
  it('lets four wrong tries pass, locks for 30 s after the fifth, and doubles up to five minutes', () => {
    const clock = new ManualClock(1_000)
    const lockout = new Lockout(rule, clock)
    const locks = Array.from({ length: 11 }, () => {
      lockout.wrong('ann')
      const lockedMs = lockout.lockedForMs('ann')
      clock.advance(lockedMs)
      assert.equal(lockout.lockedForMs('ann'), 0, 'never for good')
      return lockedMs / 1_000
    })
    assert.deepEqual(locks, [0, 0, 0, 0, 30, 60, 120, 240, 300, 300, 300])
  })

  it('counts each one alone', () => {
    const lockout = new Lockout(rule, new ManualClock())
    for (let tries = 0; tries < 9; tries++) lockout.wrong('ann')
    assert.equal(lockout.lockedForMs('bob'), 0)
  })

  it('forgets after a right password, and after an hour without a wrong one', () => {
    const clock = new ManualClock()
    const lockout = new Lockout(rule, clock)
    for (const forget of [() => lockout.right('ann'), () => clock.advance(3_600_000)]) {
      for (let tries = 0; tries < 4; tries++) lockout.wrong('ann')
      forget()
      lockout.wrong('ann')
      assert.equal(lockout.lockedForMs('ann'), 0)
      lockout.right('ann')
    }
  })

  it('holds no more than it may, and drops who has not guessed for longest', () => {
    const lockout = new Lockout(rule, new ManualClock())
    for (let tries = 0; tries < 5; tries++) lockout.wrong('first')
    for (let other = 0; other < 9_999; other++) lockout.wrong(`guess ${other}`)
    assert.ok(lockout.lockedForMs('first') > 0)
    lockout.wrong('one more')
    assert.equal(lockout.lockedForMs('first'), 0)
  })

  it('takes the addresses of one IPv6 network for one, and IPv4 as it is', () => {
    assert.equal(guesserOf('10.1.2.3'), '10.1.2.3')
    assert.equal(guesserOf('::ffff:10.1.2.3'), '10.1.2.3')
    assert.equal(guesserOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
    assert.equal(guesserOf('2001:db8:1:2::6'), guesserOf('2001:db8:1:2:ffff::7'))
    assert.equal(guesserOf('2001:db8::1'), '2001:db8:0:0::/64')
    assert.equal(guesserOf('::1'), '0:0:0:0::/64')
  })
})

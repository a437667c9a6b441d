import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import type { FollowOptions, Log } from '../../src/ingest/log.ts'
import { LogFollower } from '../../src/watch/log-follower.ts'

/** A log of two partitions of which only `follow` is used; each begun reading is kept. */
function follower(refuse = 0) {
  const begun: FollowOptions[] = []
  const clock = new ManualClock(1_000)
  const log = {
    partitions: 2,
    follow: (options: FollowOptions) => {
      begun.push(options)
      if (begun.length > 1 && begun.length <= 1 + refuse) return Promise.reject(new Error('still away'))
      return Promise.resolve({ commit: () => Promise.resolve('fenced'), stop: () => Promise.resolve() })
    },
  } as unknown as Log
  const logger = pino({ level: 'silent' })
  const following = new LogFollower({
    ...{ log, clock, logger, topics: ['alerts'], from: () => 'beginning', receive: () => undefined },
  })
  return { following, begun, clock }
}

const batch = (partition: number, readThroughMs: number) => ({ partition, records: [], readThroughMs })

describe('a log follower', () => {
  it('has read through only once every partition has', async () => {
    const { following, begun } = follower()
    await following.start()
    await begun[0]?.receive(batch(0, 1_000))
    assert.equal(following.hasReadThrough(1_000), false)
    await begun[0]?.receive(batch(1, 999))
    assert.equal(following.hasReadThrough(1_000), false)
    await begun[0]?.receive(batch(1, 1_000))
    assert.equal(following.hasReadThrough(1_000), true)
  })

  it('says that it failed and begins anew until it reads again', async () => {
    const { following, begun, clock } = follower(1)
    await following.start()
    begun[0]?.onFailed(new Error('gone'))
    assert.equal(following.failed, true)
    await clock.advanceSettled(1_000)
    assert.equal(begun.length, 2)
    await clock.advanceSettled(2_000)
    assert.equal(begun.length, 3)
    assert.equal(following.failed, true)
    await begun[2]?.receive(batch(0, 4_000))
    assert.equal(following.failed, false)
  })

  it('does not begin anew once it was stopped', async () => {
    const { following, begun, clock } = follower()
    await following.start()
    await following.stop()
    begun[0]?.onFailed(new Error('gone'))
    await clock.advanceSettled(60_000, 1_000)
    assert.equal(begun.length, 1)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerClock } from '../../dashboards/app/server-clock.ts'

test('before the server was heard there is no time', () => {
  assert.equal(new ServerClock().nowMs(1_000), null)
})

test('the message that was least late on the wire sets the clock', () => {
  const clock = new ServerClock()
  for (const lateMs of [80, 5, 250, 40]) clock.observe(1_000_000, 1_000 + lateMs)
  assert.equal(clock.nowMs(2_000), 1_000_995)
})

test('a step of the server clock is followed at once, forwards and back', () => {
  const clock = new ServerClock()
  clock.observe(1_000_000, 0)
  clock.observe(1_060_000, 1_000)
  assert.equal(clock.nowMs(1_000), 1_060_000)
  clock.observe(1_002_000, 2_000)
  assert.equal(clock.nowMs(2_000), 1_002_000)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlayoutClock } from '../../dashboards/ward/playout-clock.ts'

/*
 * event time   |--- stretch n ---|--- stretch n+1 ---|
 * shown           ^ a little behind the start of n as n arrives, so n+1 is there when the sweep needs it
 */
function feed(clock: PlayoutClock, seconds: number, jitterMs: (second: number) => number): number {
  let passed = 0
  for (let second = 0; second < seconds; second++) {
    const arrivedMs = (second + 1) * 1_000 + jitterMs(second)
    const before = clock.shownAt(arrivedMs)
    if (before !== null && before > second * 1_000) passed++
    clock.arrived(second * 1_000, (second + 1) * 1_000, arrivedMs)
  }
  return passed
}

test('stretches that come once a second with jitter are swept without running dry', () => {
  const clock = new PlayoutClock()
  assert.equal(
    feed(clock, 60, (second) => (second % 5) * 30),
    0,
  )
  const behindMs = 61_000 - (clock.shownAt(61_000) ?? NaN)
  assert.ok(behindMs >= 1_200 && behindMs <= 1_400, `${behindMs} ms behind`)
})

test('a sweep that ran dry goes back and keeps more in hand, so that it does not run dry again', () => {
  const clock = new PlayoutClock()
  const passed = feed(clock, 60, (second) => (second % 2 === 1 ? 700 : 0))
  assert.ok(passed >= 1 && passed <= 3, `ran dry ${passed} times`)
})

test('with no data the sweep goes on, so that the hole is seen', () => {
  const clock = new PlayoutClock()
  feed(clock, 5, () => 0)
  const last = clock.shownAt(5_000) ?? NaN
  assert.equal(clock.shownAt(15_000), last + 10_000)
})

test('after a step of event time the sweep is where the data are', () => {
  const clock = new PlayoutClock()
  feed(clock, 5, () => 0)
  clock.arrived(1_440_000, 1_441_000, 6_000)
  assert.equal(clock.shownAt(6_000), 1_439_800)
  clock.arrived(20_000, 21_000, 7_000)
  assert.equal(clock.shownAt(7_000), 19_800)
})

test('a playback at ten times the speed runs ten times as fast', () => {
  const clock = new PlayoutClock(10)
  assert.equal(clock.shownAt(0), null)
  clock.arrived(0, 1_000, 0)
  assert.equal((clock.shownAt(100) ?? NaN) - (clock.shownAt(0) ?? NaN), 1_000)
})

test('at the end of a stretch it stands still, so that the last picture stays', () => {
  const clock = new PlayoutClock(60)
  clock.endMs = 1_500
  clock.arrived(0, 1_000, 0)
  assert.ok((clock.shownAt(10) ?? 0) < 1_500)
  assert.equal(clock.shownAt(60_000), 1_500)
})

test('what was there before is shown at once to its end, and the first that is new takes over', () => {
  const clock = new PlayoutClock()
  clock.filled(30_000, 0)
  assert.equal(clock.shownAt(0), 29_000)
  // Another signal that ends later moves it on, one that ends earlier does not move it back.
  clock.filled(31_000, 0)
  clock.filled(20_000, 0)
  assert.equal(clock.shownAt(0), 30_000)
  clock.arrived(31_000, 32_000, 100)
  assert.equal(clock.shownAt(100), 30_800)
  // What is live already is not moved by it.
  clock.filled(90_000, 200)
  assert.equal(clock.shownAt(200), 30_900)
})

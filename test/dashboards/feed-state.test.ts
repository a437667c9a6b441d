import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesWords, durationWords, feedState } from '../../dashboards/feeds/feed-state.ts'

const NOW_MS = 1_764_000_000_000
const feed = (appendAgoMs: number, eventAgoMs: number, heartbeatOnly = false) => ({
  lastAppendTimeMs: NOW_MS - appendAgoMs,
  lastEventTimeMs: NOW_MS - eventAgoMs,
  heartbeatOnly,
})

test('a feed is silent, ahead, late, at its heartbeat or live', () => {
  assert.equal(feedState(feed(500, 1_500), NOW_MS), 'live')
  assert.equal(feedState(feed(500, 1_500, true), NOW_MS), 'heartbeat')
  assert.equal(feedState(feed(500, 30_000), NOW_MS), 'late')
  assert.equal(feedState(feed(500, -30_000), NOW_MS), 'ahead')
  assert.equal(feedState(feed(10_001, 11_000, true), NOW_MS), 'silent')
})

test('durations keep their sign, bytes their unit', () => {
  assert.deepEqual([250, -3_200, 1_440_000].map(durationWords), ['250 ms', '−3.2 s', '24.0 min'])
  assert.deepEqual([900, 98_000, 2_500_000].map(bytesWords), ['900 B', '98.0 kB', '2.5 MB'])
})

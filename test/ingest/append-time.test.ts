import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Clock, ManualClock } from '../../src/clock.ts'
import { AppendTime } from '../../src/ingest/append-time.ts'

function append(time: AppendTime): number {
  const atMs = time.next()
  time.appended(atMs)
  return atMs
}

describe('the time of the embedded log', () => {
  it('gives what is appended after a close a later time, on a clock that stands still', () => {
    const time = new AppendTime(new ManualClock(1_000), 0)
    assert.equal(append(time), 1_000)
    assert.equal(append(time), 1_000)
    assert.equal(time.close(), 1_000)
    assert.equal(append(time), 1_001)
    assert.equal(time.close(), 1_001)
  })

  it('does not push time on for a reader that only asks what is behind it', () => {
    const time = new AppendTime(new ManualClock(1_000), 0)
    for (let round = 0; round < 100; round++) {
      assert.equal(append(time), 1_000)
      assert.equal(time.closeBefore(), 999)
    }
  })

  it('is held to the pace of real time when closes push it far ahead of the clock', () => {
    const clock = new ManualClock(1_000)
    const time = new AppendTime(clock, 0)
    for (let round = 0; round < 1_000; round++) {
      append(time)
      time.close()
    }
    assert.ok(time.next() - clock.nowMs() <= 300, `ran ahead by ${time.next() - clock.nowMs()} ms`)
  })

  it('goes on at the pace of real time when the wall clock is set back an hour', () => {
    const manual = new ManualClock(7_200_000)
    let setBackMs = 0
    const clock = Object.assign(Object.create(manual) as Clock, {
      nowMs: () => manual.nowMs() - setBackMs,
      monotonicMs: () => manual.monotonicMs(),
    })
    const time = new AppendTime(clock, 0)
    append(time)
    const beforeMs = time.close()
    setBackMs = 3_600_000
    const appendedMs = append(time)
    assert.equal(appendedMs, beforeMs + 1)
    manual.advance(2)
    assert.ok(time.close() >= appendedMs, 'what was appended is read within a moment')
  })

  it('begins where an earlier life of the log had come to', () => {
    assert.equal(new AppendTime(new ManualClock(1_000), 5_000).next(), 5_001)
  })
})

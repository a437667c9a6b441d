import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeedBoard } from '../../src/watch/feed-board.ts'
import { vitals } from './ward-records.ts'

const bed = (): string => 'icu-1'
const NOW_MS = 1_000_000

describe('the feed board', () => {
  it('says what a feed sends, how much, and when it last did', () => {
    const board = new FeedBoard()
    for (let second = 0; second < 60; second++) {
      const record = vitals(NOW_MS + second * 1_000, { sequence: second, clockOffsetMs: -250 })
      board.take('vitals', record, ['hr', 'ecg'], 600, NOW_MS + second * 1_000)
    }
    const [view, ...rest] = board.views(NOW_MS + 60_000, bed)
    assert.deepEqual(rest, [])
    assert.ok(view !== undefined)
    assert.deepEqual(view.sends, ['ecg', 'hr'])
    assert.equal(view.bedId, 'icu-1')
    assert.equal(view.clockOffsetMs, -250)
    assert.equal(view.lastAppendTimeMs, NOW_MS + 59_000)
    assert.ok(Math.abs(view.recordsPerMinute - 60) <= 5, `${view.recordsPerMinute} records a minute`)
    assert.ok(Math.abs(view.bytesPerMinute - 36_000) <= 3_000, `${view.bytesPerMinute} bytes a minute`)
  })

  it('counts, by modality, the feeds that sent something of late and those that did not', () => {
    const board = new FeedBoard()
    board.take('vitals', vitals(NOW_MS), ['hr'], 600, NOW_MS)
    board.take('vitals', vitals(NOW_MS, { feedId: 'other' }), ['hr'], 600, NOW_MS - 20_000)
    board.seen('pcg', 'p1', 'stethoscope', NOW_MS - 60_000, 0)
    assert.deepEqual(board.activity(NOW_MS - 10_000), [
      { modality: 'vitals', live: 1, idle: 1 },
      { modality: 'pcg', live: 0, idle: 1 },
      { modality: 'video', live: 0, idle: 0 },
    ])
  })

  it('names the feeds that have fallen silent', () => {
    const board = new FeedBoard()
    board.take('vitals', vitals(NOW_MS), ['hr'], 600, NOW_MS)
    board.take('vitals', vitals(NOW_MS, { feedId: 'other' }), ['hr'], 600, NOW_MS - 20_000)
    board.seen('pcg', 'p1', 'stethoscope', NOW_MS - 60_000, 0)
    assert.equal(board.count, 3)
    assert.deepEqual(board.silent(NOW_MS - 10_000), [
      { modality: 'vitals', patientId: 'patient-1', feedId: 'other' },
      { modality: 'pcg', patientId: 'p1', feedId: 'stethoscope' },
    ])
    assert.deepEqual(board.silent(0), [])
  })

  it('lets the rate of a silent feed fall to nothing but goes on listing it', () => {
    const board = new FeedBoard()
    board.take('vitals', vitals(NOW_MS), ['hr'], 600, NOW_MS)
    const [view] = board.views(NOW_MS + 120_000, bed)
    assert.equal(view?.recordsPerMinute, 0)
    assert.deepEqual(board.views(NOW_MS + 90_000_000, bed), [])
  })

  it('lists a feed that only raise remembers, so that silence outlives a restart', () => {
    const board = new FeedBoard()
    board.seen('pcg', 'patient-1', 'stethoscope-1/pcg', NOW_MS - 60_000, NOW_MS - 59_000)
    const [view] = board.views(NOW_MS, bed)
    assert.equal(view?.lastAppendTimeMs, NOW_MS - 59_000)
    assert.equal(view?.recordsPerMinute, 0)
  })

  it('counts a late reading once', () => {
    const board = new FeedBoard()
    board.take('vitals', vitals(NOW_MS), ['hr'], 600, NOW_MS)
    board.late('vitals-0-1', 'vitals', 'patient-1', 'monitor-1/vitals')
    board.late('vitals-0-1', 'vitals', 'patient-1', 'monitor-1/vitals')
    board.late('vitals-0-2', 'vitals', 'patient-1', 'monitor-1/vitals')
    assert.equal(board.views(NOW_MS, bed)[0]?.late, 2)
    assert.equal(board.lateCount, 2)
  })
})

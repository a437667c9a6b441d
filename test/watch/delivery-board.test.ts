import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DeliveryBoard } from '../../src/watch/delivery-board.ts'
import type { Shown } from '../../src/watch/events.ts'

const said = (changes: Partial<Shown> = {}): Shown => ({ visible: true, painted: [], standing: [], ...changes })
const START_MS = 1_700_000_000_000

describe('what screens say they show', () => {
  it('is believed for five seconds', () => {
    const board = new DeliveryBoard()
    board.shown('one', said({ standing: ['a-1'] }), START_MS, 0)
    assert.ok(board.shows('a', 5_000))
    assert.ok(!board.shows('a', 5_001))
    board.shown('one', said(), START_MS, 5_500)
    assert.ok(board.shows('a', 6_000), 'what it said before still lies on its page')
    assert.ok(!board.shows('b', 6_000))
  })

  it('is nothing while the page is hidden, and nothing once the screen is gone', () => {
    const board = new DeliveryBoard()
    board.shown('one', said({ standing: ['a-1'] }), START_MS, 0)
    board.shown('one', said({ visible: false }), START_MS, 100)
    assert.ok(!board.shows('a', 200))
    board.shown('one', said(), START_MS, 300)
    assert.ok(board.shows('a', 400))
    board.gone('one')
    assert.ok(!board.shows('a', 500))
    assert.deepEqual(board.screensOf('a'), [{ screenId: 'one', atMs: START_MS }], 'that it was shown is kept')
  })

  it('gives the time from the log to the frame of what it was told, by the server’s clock', () => {
    const board = new DeliveryBoard()
    board.told('a-1', START_MS)
    const painted = [
      { id: 'a-1', atMs: START_MS + 42 },
      { id: 'b-1', atMs: START_MS + 42 },
    ]
    assert.deepEqual(board.shown('one', said({ painted }), START_MS + 300, 0), [42], 'b came with a board')
    const early = [{ id: 'a-1', atMs: START_MS - 5 }]
    assert.deepEqual(board.shown('two', said({ painted: early }), START_MS + 300, 0), [0])
    const ahead = [{ id: 'a-1', atMs: START_MS + 9_999 }]
    assert.deepEqual(board.shown('three', said({ painted: ahead }), START_MS + 300, 0), [300], 'no later than now')
    assert.deepEqual(
      board.screensOf('a').map(({ screenId }) => screenId),
      ['one', 'two', 'three'],
    )
  })

  it('is forgotten with its alert', () => {
    const board = new DeliveryBoard()
    board.shown('one', said({ standing: ['a-1', 'b-1'] }), START_MS, 0)
    board.forget((alertId) => alertId === 'b')
    assert.deepEqual([board.screensOf('a'), board.screensOf('b').length], [[], 1])
  })
})

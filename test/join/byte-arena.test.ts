import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteArena } from '../../src/join/byte-arena.ts'

describe('the arena of a join', () => {
  it('hands out blocks that grow with their window, and one that is large enough for what comes', () => {
    const arena = new ByteArena()
    assert.deepEqual(
      [arena.take(0, 1).length, arena.take(2_048, 1).length, arena.take(262_144, 1).length],
      [512, 4_096, 262_144],
    )
    assert.equal(arena.take(0, 1_000_000).length, 1_048_576)
  })

  it('uses a block again, and only one that was given back', () => {
    const arena = new ByteArena()
    const [first, second] = [arena.take(0, 100), arena.take(0, 100)]
    assert.notEqual(first.buffer, second.buffer)
    arena.give(second)
    assert.equal(arena.take(0, 100), second)
    assert.notEqual(arena.take(0, 100), first)
  })

  it('does not hold on to more than is in use, and some', () => {
    const arena = new ByteArena()
    const blocks = Array.from({ length: 5 }, () => arena.take(0, 8_388_608))
    for (const block of blocks) arena.give(block)
    const again = new Set(Array.from({ length: 5 }, () => arena.take(0, 8_388_608)))
    assert.equal(blocks.filter((block) => again.has(block)).length, 4)
    const [first, ...others] = [...again]
    for (const block of others) arena.give(block)
    const third = new Set(Array.from({ length: 5 }, () => arena.take(0, 8_388_608)))
    assert.equal(others.filter((block) => third.has(block)).length, 4)
    assert.ok(first !== undefined && !third.has(first))
  })
})

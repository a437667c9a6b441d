import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KeyCache } from '../../src/ingest/key-cache.ts'

describe('the keys of records', () => {
  it('are told apart, however many share a place', () => {
    const keys = new KeyCache()
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 20_000; index++) {
        const key = `bed-${index}-é`
        const bytes = Buffer.from(`x${key}y`)
        assert.equal(keys.keyOf(bytes, 1, bytes.length - 1), key)
      }
    }
    assert.equal(keys.keyOf(Buffer.alloc(0), 0, 0), '')
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldOf } from './fold.ts'

test('a subject is in the fold that training put him in', () => {
  // From models/training/folds.py.
  assert.deepEqual(['circor-13918', 'p000001', 'a0001'].map(foldOf), [4, 4, 3])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boardGrid, SMALLEST_TILE } from '../../dashboards/ward/board-grid.ts'

test('every count of beds from 1 to 64 fits in whole rows that are never too small to read', () => {
  for (const [widthPx, heightPx] of [
    [1_520, 1_000],
    [960, 700],
    [360, 640],
  ] as const)
    for (let beds = 1; beds <= 64; beds++) {
      const { columns, rowPx } = boardGrid(beds, widthPx, heightPx)
      assert.ok(columns >= 1 && columns <= beds)
      assert.ok(columns === 1 || widthPx / columns >= SMALLEST_TILE.widthPx)
      assert.ok(rowPx >= SMALLEST_TILE.heightPx)
      assert.ok(Math.ceil(beds / columns) * columns - beds < columns, 'no row is empty')
    }
})

test('up to sixty-four beds fill a full HD board without scrolling', () => {
  for (const beds of [8, 16, 32, 64]) {
    const { columns, rowPx } = boardGrid(beds, 1_520, 1_000)
    assert.ok(Math.ceil(beds / columns) * rowPx <= 1_000)
  }
})

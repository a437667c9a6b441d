import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEAST_STRIP_PX, tileLayout } from '../../dashboards/ward/tile-layout.ts'

test('a high tile draws every waveform that was chosen, a low one fewer, and none takes the room of the numbers', () => {
  for (let tilePx = 110; tilePx <= 900; tilePx += 10)
    for (const wanted of [1, 2, 3]) {
      const { strips, numericsPx } = tileLayout(tilePx, wanted)
      assert.ok(strips >= 1 && strips <= wanted)
      assert.ok(numericsPx >= 66 && numericsPx < tilePx)
      if (strips > 1) assert.ok(tilePx - numericsPx >= strips * LEAST_STRIP_PX + 66)
    }
  assert.equal(tileLayout(470, 3).strips, 3)
  assert.equal(tileLayout(210, 3).strips, 3, 'thirty-two beds on 2560 x 1440')
  assert.equal(tileLayout(150, 3).strips, 1, 'thirty-two beds on 1920 x 1080')
})

test('one trace leaves the numbers as large as they are without a choice', () => {
  assert.equal(tileLayout(235, 1).numericsPx, Math.round(235 * 0.52 - 8))
  assert.ok(tileLayout(470, 3).numericsPx < tileLayout(470, 1).numericsPx)
})

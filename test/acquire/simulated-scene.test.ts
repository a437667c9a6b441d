import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LaparoscopyScene } from '../../src/acquire/simulated-laparoscopy.ts'
import { LungScene } from '../../src/acquire/simulated-lung.ts'
import {
  SCENE_HEIGHT_PX,
  SCENE_WIDTH_PX,
  type SceneMotion,
  type SimulatedScene,
} from '../../src/acquire/simulated-scene.ts'

const STILL: SceneMotion = { chest: 0, beatShare: 0.9, drift: 0, viewLost: false, lungWater: 0 }
const SEEDS = [1, 2, 3, 4]
const makers: readonly ((seed: number) => SimulatedScene)[] = [
  (seed) => new LaparoscopyScene(seed),
  (seed) => new LungScene(seed),
]

/** Mean of the red of a part of the picture, its sides as shares of the whole. */
function tone(rgb: Buffer, [left, right]: [number, number], [top, bottom]: [number, number]): number {
  let [sum, count] = [0, 0]
  for (let y = Math.floor(top * SCENE_HEIGHT_PX); y < bottom * SCENE_HEIGHT_PX; y++)
    for (let x = Math.floor(left * SCENE_WIDTH_PX); x < right * SCENE_WIDTH_PX; x++, count++)
      sum += rgb[(y * SCENE_WIDTH_PX + x) * 3] ?? NaN
  return sum / count
}

/** How much one pixel differs from the next on average: much where a picture is sharp. */
function sharpness(rgb: Buffer): number {
  let sum = 0
  for (let at = 3; at < rgb.length; at += 3) sum += Math.abs((rgb[at] ?? 0) - (rgb[at - 3] ?? 0))
  return (3 * sum) / rgb.length
}

test('a scene is the same from the same seed, another from another, and moves with breath and beat', () => {
  for (const make of makers) {
    const still = make(1).pixels(STILL)
    assert.deepEqual(make(1).pixels(STILL), still)
    assert.notDeepEqual(make(2).pixels(STILL), still)
    assert.notDeepEqual(make(1).pixels({ ...STILL, chest: 0.8 }), still)
    assert.notDeepEqual(make(1).pixels({ ...STILL, beatShare: 0 }), still)
  }
})

test('a scene is drawn to its edges wherever hand and breath take it, and black outside its field', () => {
  for (const seed of SEEDS) {
    for (const chest of [-1, 1]) {
      for (const drift of [-1, 1]) {
        for (const viewLost of [false, true]) {
          const abdomen = new LaparoscopyScene(seed).pixels({ ...STILL, chest, drift, viewLost })
          assert.ok(tone(abdomen, [0, 0.05], [0.95, 1]) < 1)
          for (const x of [0.1, 0.86]) assert.ok(tone(abdomen, [x, x + 0.04], [0.45, 0.55]) > 15)
        }
      }
      const lung = new LungScene(seed).pixels({ ...STILL, chest })
      assert.equal(tone(lung, [0, 0.1], [0, 0.1]), 0)
      assert.ok(tone(lung, [0.4, 0.6], [0, 0.1]) > 40)
    }
  }
})

test('a wet lung has beams to the bottom of the picture, the more the wetter it is; a dry one is dark there', () => {
  for (const seed of SEEDS) {
    const scene = new LungScene(seed)
    const deep = [0, 0.3, 0.6, 0.9].map((lungWater) => tone(scene.pixels({ ...STILL, lungWater }), [0, 1], [0.7, 0.9]))
    for (const [at, bright] of deep.entries()) assert.ok(bright > 1.1 * (deep[at - 1] ?? 0), deep.join())
    assert.ok((deep[3] ?? 0) > 2 * (deep[0] ?? 0))
  }
})

test('a lost view is a blur, darker than the view', () => {
  for (const seed of SEEDS) {
    const scene = new LaparoscopyScene(seed)
    const [view, lost] = [scene.pixels(STILL), scene.pixels({ ...STILL, viewLost: true })]
    assert.ok(sharpness(lost) < sharpness(view) / 3, `${sharpness(lost)} of ${sharpness(view)}`)
    assert.ok(tone(lost, [0.3, 0.7], [0.3, 0.7]) < tone(view, [0.3, 0.7], [0.3, 0.7]))
  }
})

import type { SeededRandom } from './seeded-random.ts'
import { SCENE_HEIGHT_PX, SCENE_WIDTH_PX } from './simulated-scene.ts'
import { smoothNoise } from './simulated-texture.ts'
import { vesselMap } from './simulated-vessels.ts'

/** The map reaches beyond the picture, so that the picture may sway inside it. */
export const TISSUE_MARGIN_PX = 32
export const TISSUE_WIDTH_PX = SCENE_WIDTH_PX + 2 * TISSUE_MARGIN_PX
export const TISSUE_HEIGHT_PX = SCENE_HEIGHT_PX + 2 * TISSUE_MARGIN_PX
const SIZE = { width: TISSUE_WIDTH_PX, height: TISSUE_HEIGHT_PX }
const PIXELS = TISSUE_WIDTH_PX * TISSUE_HEIGHT_PX

type Colour = readonly [red: number, green: number, blue: number]
const WALL: Colour = [205, 125, 115]
/** Liver, bowel, fat, muscle. */
const ORGANS: readonly Colour[] = [
  [120, 42, 45],
  [190, 120, 125],
  [210, 160, 95],
  [165, 75, 75],
]
/** How much a vessel darkens the light of each colour. */
const BLOOD: Colour = [0.22, 0.5, 0.45]
const VESSELS = 26
const ORGANS_SEEN = 2
const ORGAN_HEIGHT_PX = 14

interface Organ {
  colour: Colour
  x: number
  y: number
  across: number
  down: number
  phases: readonly [number, number]
}

/** RGB of moist tissue in the scope's own light: folds, organs that lie on it, vessels in it and gleams on it. */
export function tissueMap(random: SeededRandom): Uint8Array {
  const heights = foldsOf(random)
  const hue = noise(random, 8)
  const wet = noise(random, 2)
  const vessels = vesselMap(random, SIZE, VESSELS)
  const organs = Array.from({ length: ORGANS_SEEN }, (_, index) => organOf(random, index))
  const colours = new Float32Array(PIXELS * 3)
  for (let at = 0; at < PIXELS; at++) {
    const [x, y] = [at % TISSUE_WIDTH_PX, Math.floor(at / TISSUE_WIDTH_PX)]
    const vessel = vessels[at] ?? 0
    const paint = (colour: Colour, blood: number, channel: number): number =>
      (colour[channel] ?? 0) *
      (1 + 0.1 * (channel === 0 ? 0.3 : 1) * (hue[at] ?? 0)) *
      (1 - blood * vessel * (BLOOD[channel] ?? 0))
    const tones = [0, 1, 2].map((channel) => paint(WALL, 1, channel))
    for (const organ of organs) {
      const away = awayFrom(organ, x, y)
      const inside = 1 / (1 + Math.exp(((away - 1) * Math.min(organ.across, organ.down)) / 0.8))
      // An organ throws a shadow on what it lies on.
      const shade = 1 - 0.45 * Math.exp(-9 * Math.max(0, away - 1)) * (1 - inside)
      for (let channel = 0; channel < 3; channel++)
        tones[channel] = shade * ((tones[channel] ?? 0) * (1 - inside) + paint(organ.colour, 0.7, channel) * inside)
      heights[at] = (heights[at] ?? 0) + ORGAN_HEIGHT_PX * inside * Math.sqrt(1 - Math.min(1, away) ** 2)
    }
    colours.set(tones, at * 3)
  }
  return lit(colours, heights, wet)
}

/** Height of the wall in pixels: broad folds, small ones, grain, and creases. */
function foldsOf(random: SeededRandom): Float32Array {
  const [broad, small, grain, creases] = [noise(random, 13), noise(random, 4.5), noise(random, 1.4), noise(random, 9)]
  return broad.map(
    (value, at) =>
      5 * value + 1.6 * (small[at] ?? 0) + 0.22 * (grain[at] ?? 0) - 2.5 * Math.exp(-Math.abs(creases[at] ?? 0) / 0.12),
  )
}

/** One below, the next above: what lies there bulges into the picture. */
function organOf(random: SeededRandom, index: number): Organ {
  const turn = 2 * Math.PI
  return {
    colour: ORGANS[Math.floor(random() * ORGANS.length)] ?? WALL,
    x: TISSUE_WIDTH_PX * (0.1 + 0.8 * random()),
    y: TISSUE_HEIGHT_PX * (index % 2 === 0 ? 0.75 + 0.2 * random() : 0.05 + 0.25 * random()),
    across: TISSUE_WIDTH_PX * (0.22 + 0.18 * random()),
    down: TISSUE_HEIGHT_PX * (0.2 + 0.15 * random()),
    phases: [random() * turn, random() * turn],
  }
}

/** 1 at its edge, less inside. */
function awayFrom({ x, y, across, down, phases }: Organ, atX: number, atY: number): number {
  const [dx, dy] = [atX - x, atY - y]
  const turn = Math.atan2(dy, dx)
  const bulge = 1 + 0.08 * Math.sin(3 * turn + phases[0]) + 0.05 * Math.sin(5 * turn + phases[1])
  return Math.sqrt((dx / across) ** 2 + (dy / down) ** 2) / bulge
}

/** Light from beside the lens on a moist surface: diffuse, and gleams where it is mirrored (J. F. Blinn, SIGGRAPH 1977). */
function lit(colours: Float32Array, heights: Float32Array, wet: Float32Array): Uint8Array {
  const map = new Uint8Array(PIXELS * 3)
  for (let at = 0; at < PIXELS; at++) {
    const [x, y] = [at % TISSUE_WIDTH_PX, Math.floor(at / TISSUE_WIDTH_PX)]
    const normal = unit(
      slopeOf(heights, at, 1, x > 0, x < TISSUE_WIDTH_PX - 1),
      slopeOf(heights, at, TISSUE_WIDTH_PX, y > 0, y < TISSUE_HEIGHT_PX - 1),
      1,
    )
    const [fromX, fromY] = [(TISSUE_WIDTH_PX / 2 - x) / SCENE_WIDTH_PX, (TISSUE_HEIGHT_PX / 2 - y) / SCENE_WIDTH_PX]
    const light = unit(fromX + 0.05, fromY - 0.12, 0.75)
    const eye = unit(fromX, fromY, 0.9)
    const half = unit(light[0] + eye[0], light[1] + eye[1], light[2] + eye[2])
    const gleam = Math.max(0, dot(normal, half)) ** 26 * Math.max(0, 0.6 + 0.5 * (wet[at] ?? 0))
    const white = 0.9 * Math.min(1, Math.max(0, (gleam - 0.55) / 0.3))
    const bright = 0.28 + 1.05 * Math.max(0, dot(normal, light))
    for (let channel = 0; channel < 3; channel++) {
      const tone = (colours[at * 3 + channel] ?? 0) * bright
      map[at * 3 + channel] = Math.min(255, tone * (1 - white) + 255 * white)
    }
  }
  return map
}

/** How much the surface falls from one pixel to the next. */
function slopeOf(heights: Float32Array, at: number, step: number, hasBefore: boolean, hasAfter: boolean): number {
  const before = heights[hasBefore ? at - step : at] ?? 0
  const after = heights[hasAfter ? at + step : at] ?? 0
  return (0.9 * (before - after)) / (hasBefore && hasAfter ? 2 : 1)
}

type Direction = readonly [x: number, y: number, z: number]

function unit(x: number, y: number, z: number): Direction {
  const length = Math.sqrt(x * x + y * y + z * z)
  return [x / length, y / length, z / length]
}

function dot(one: Direction, other: Direction): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
}

function noise(random: SeededRandom, grainPx: number): Float32Array {
  return smoothNoise(random, SIZE, { acrossPx: grainPx, downPx: grainPx }).values
}

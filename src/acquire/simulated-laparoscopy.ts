import { mixedSeed, type SeededRandom, seededRandom } from './seeded-random.ts'
import { afterBeat, SCENE_HEIGHT_PX, SCENE_WIDTH_PX, type SceneMotion, type SimulatedScene } from './simulated-scene.ts'
import { TISSUE_MARGIN_PX, TISSUE_WIDTH_PX, tissueMap } from './simulated-tissue.ts'

/** What is seen of the tissue through a lens that lies on it: means of squares of so many pixels, and darker. */
const BLOCK_PX = 8
const LOST_LIGHT = 0.6
const SHAFT_HALF_PX = 6
/** Brightness across the shaft, from one side to the other: metal with the scope's light along it. */
const SHAFT_TONES = Array.from({ length: 32 }, (_, index) => {
  const across = (index + 0.5) / 16 - 1
  return 70 + 90 * Math.exp(-15 * (across + 0.35) ** 2) + 40 * Math.exp(-12 * (across - 0.6) ** 2)
})
const lightMap = apertureLight()

/** A view into an abdomen: moist tissue with vessels, an instrument, all in the scope's round aperture. */
export class LaparoscopyScene implements SimulatedScene {
  readonly #tissue: Uint8Array
  readonly #instrument: { angle: number; x: number; y: number }

  constructor(seed: number) {
    const random = seededRandom(mixedSeed(seed, 51))
    this.#tissue = tissueMap(random)
    this.#instrument = instrumentOf(random)
  }

  pixels({ chest, beatShare, drift, viewLost }: SceneMotion): Buffer {
    const rgb = Buffer.alloc(SCENE_WIDTH_PX * SCENE_HEIGHT_PX * 3)
    const beat = afterBeat(beatShare)
    const left = TISSUE_MARGIN_PX + Math.round(5 * chest + 14 * drift)
    const top = TISSUE_MARGIN_PX + Math.round(8 * chest - 2 * beat + 10 * drift)
    if (viewLost) this.#drawLost(rgb, left, top)
    else this.#drawView(rgb, left, top, beat, drift)
    return rgb
  }

  #drawView(rgb: Buffer, left: number, top: number, beat: number, drift: number): void {
    const { angle, x: tipX, y: tipY } = this.#instrument
    const [along, across] = [Math.cos(angle), Math.sin(angle)]
    // Tissue is pale between the beats.
    const pale = 1 - 0.05 * beat
    let to = 0
    for (let y = 0; y < SCENE_HEIGHT_PX; y++) {
      let from = ((y + top) * TISSUE_WIDTH_PX + left) * 3
      for (let x = 0; x < SCENE_WIDTH_PX; x++, from += 3) {
        const light = lightMap[y * SCENE_WIDTH_PX + x] ?? 0
        const [dx, dy] = [x - tipX - 5 * drift, y - tipY + 3 * drift]
        const aside = dy * along - dx * across
        if (Math.abs(aside) < SHAFT_HALF_PX && dx * along + dy * across > 0) {
          const tone = light * (SHAFT_TONES[Math.floor((aside / SHAFT_HALF_PX + 1) * 16)] ?? 0)
          for (let channel = 0; channel < 3; channel++) rgb[to++] = tone
          continue
        }
        rgb[to++] = Math.min(255, light * (this.#tissue[from] ?? 0))
        rgb[to++] = Math.min(255, light * pale * (this.#tissue[from + 1] ?? 0))
        rgb[to++] = Math.min(255, light * pale * (this.#tissue[from + 2] ?? 0))
      }
    }
  }

  /** Blurred beyond recognition: between the means of squares lie straight slopes. */
  #drawLost(rgb: Buffer, left: number, top: number): void {
    const columns = SCENE_WIDTH_PX / BLOCK_PX + 1
    const rows = SCENE_HEIGHT_PX / BLOCK_PX + 1
    const means = new Float32Array(columns * rows * 3)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let channel = 0; channel < 3; channel++)
          means[(row * columns + column) * 3 + channel] = this.#mean(
            left + column * BLOCK_PX,
            top + row * BLOCK_PX,
            channel,
          )
    let to = 0
    for (let y = 0; y < SCENE_HEIGHT_PX; y++) {
      const [row, down] = [Math.floor(y / BLOCK_PX), (y % BLOCK_PX) / BLOCK_PX]
      for (let x = 0; x < SCENE_WIDTH_PX; x++) {
        const [column, right] = [Math.floor(x / BLOCK_PX), (x % BLOCK_PX) / BLOCK_PX]
        const light = LOST_LIGHT * (lightMap[y * SCENE_WIDTH_PX + x] ?? 0)
        for (let channel = 0; channel < 3; channel++) {
          const at = (row * columns + column) * 3 + channel
          const upper = between(means[at] ?? 0, means[at + 3] ?? 0, right)
          const lower = between(means[at + columns * 3] ?? 0, means[at + columns * 3 + 3] ?? 0, right)
          rgb[to++] = Math.min(255, light * between(upper, lower, down))
        }
      }
    }
  }

  #mean(left: number, top: number, channel: number): number {
    let sum = 0
    for (let y = top; y < top + BLOCK_PX; y++)
      for (let x = left; x < left + BLOCK_PX; x++) sum += this.#tissue[(y * TISSUE_WIDTH_PX + x) * 3 + channel] ?? 0
    return sum / (BLOCK_PX * BLOCK_PX)
  }
}

/** Comes in from below on the right; its tip is about the middle. */
function instrumentOf(random: SeededRandom): { angle: number; x: number; y: number } {
  return {
    angle: 0.5 + 0.5 * random(),
    x: SCENE_WIDTH_PX * (0.42 + 0.2 * random()),
    y: SCENE_HEIGHT_PX * (0.45 + 0.2 * random()),
  }
}

/** The scope's light, brightest in the middle, 0 outside its round field of view. */
function apertureLight(): Float32Array {
  const map = new Float32Array(SCENE_WIDTH_PX * SCENE_HEIGHT_PX)
  for (let at = 0; at < map.length; at++) {
    const across = ((at % SCENE_WIDTH_PX) + 0.5) / SCENE_WIDTH_PX - 0.5
    const down = (Math.floor(at / SCENE_WIDTH_PX) + 0.5) / SCENE_HEIGHT_PX - 0.5
    const rim = Math.min(1, Math.max(0, (1 - Math.hypot(across / 0.42, down / 0.6)) / 0.02))
    map[at] = rim * (1.2 - 2.4 * (across * across + down * down))
  }
  return map
}

function between(one: number, other: number, share: number): number {
  return one + (other - one) * share
}

import { bellShaped, mixedSeed, seededRandom } from './seeded-random.ts'

/** What moves the picture. */
export interface SceneMotion {
  /** Chest expansion, -1 to 1: the lumen sways and widens with the breath. */
  chest: number
  /** Share of the way to the next beat, 0 to 1: the wall flushes after each beat. */
  beatShare: number
  /** How far the scope has been pushed in, in lengths of the texture. */
  depth: number
  /** The scope lies against the wall. */
  viewLost: boolean
}

/** The picture is drawn small and enlarged as it is encoded: a scope's optics are not sharp either. */
export const SCENE_WIDTH_PX = 160
export const SCENE_HEIGHT_PX = 120
const TEXTURE = 256
/** The maps reach beyond the picture, so that it may sway inside them. */
const MARGIN_PX = 24
const MAP_WIDTH = SCENE_WIDTH_PX + 2 * MARGIN_PX
const MAP_HEIGHT = SCENE_HEIGHT_PX + 2 * MARGIN_PX
const { turnMap, depthMap, lightMap } = lumenMaps()
const apertureMap = aperture()

/** A view down a hollow organ: rings of a tissue wall that darken towards the lumen, in the scope's round aperture. */
export class SimulatedScene {
  readonly #wall: Uint8Array

  constructor(seed: number) {
    this.#wall = wallTexture(mixedSeed(seed, 51))
  }

  /** RGB, 8 bit, rows of SCENE_WIDTH_PX. */
  pixels({ chest, beatShare, depth, viewLost }: SceneMotion): Buffer {
    const rgb = Buffer.alloc(SCENE_WIDTH_PX * SCENE_HEIGHT_PX * 3)
    const flush = Math.exp(-6 * beatShare)
    const swayX = MARGIN_PX + Math.round(6 * chest)
    const swayY = MARGIN_PX + Math.round(9 * chest - 3 * flush)
    const push = Math.round((depth + 0.06 * chest) * TEXTURE)
    let to = 0
    for (let y = 0; y < SCENE_HEIGHT_PX; y++) {
      for (let x = 0; x < SCENE_WIDTH_PX; x++) {
        const map = (y + swayY) * MAP_WIDTH + x + swayX
        const row = ((depthMap[map] ?? 0) + push) & (TEXTURE - 1)
        const wall = viewLost ? 128 : (this.#wall[row * TEXTURE + (turnMap[map] ?? 0)] ?? 0)
        const light = (viewLost ? 0.75 : (lightMap[map] ?? 0)) * (apertureMap[y * SCENE_WIDTH_PX + x] ?? 0)
        const tone = light * (0.55 + wall / 280)
        rgb[to++] = Math.min(255, tone * (205 + 25 * flush))
        rgb[to++] = Math.min(255, tone * light * (118 - 14 * flush))
        rgb[to++] = Math.min(255, tone * light * (100 - 12 * flush))
      }
    }
    return rgb
  }
}

/** For each place: where around the lumen it lies, how deep, and how much of the scope's light comes back. */
function lumenMaps(): { turnMap: Uint8Array; depthMap: Int16Array; lightMap: Float32Array } {
  const turns = new Uint8Array(MAP_WIDTH * MAP_HEIGHT)
  const depths = new Int16Array(MAP_WIDTH * MAP_HEIGHT)
  const lights = new Float32Array(MAP_WIDTH * MAP_HEIGHT)
  for (let y = 0; y < MAP_HEIGHT; y++) {
    for (let x = 0; x < MAP_WIDTH; x++) {
      const [dx, dy] = [x - MAP_WIDTH / 2 + 0.5, y - MAP_HEIGHT / 2 + 0.5]
      const radius = Math.hypot(dx, dy)
      const turn = Math.atan2(dy, dx) / (2 * Math.PI)
      const at = y * MAP_WIDTH + x
      turns[at] = Math.floor((turn + 1) * TEXTURE)
      depths[at] = Math.floor((22 / (radius + 6)) * TEXTURE)
      lights[at] = 1 - Math.exp(-((radius / 26) ** 1.6))
    }
  }
  return { turnMap: turns, depthMap: depths, lightMap: lights }
}

/** 1 inside the round field of view, 0 outside, soft between. */
function aperture(): Float32Array {
  const map = new Float32Array(SCENE_WIDTH_PX * SCENE_HEIGHT_PX)
  for (let y = 0; y < SCENE_HEIGHT_PX; y++) {
    for (let x = 0; x < SCENE_WIDTH_PX; x++) {
      const radius = Math.hypot(x - SCENE_WIDTH_PX / 2 + 0.5, y - SCENE_HEIGHT_PX / 2 + 0.5)
      map[y * SCENE_WIDTH_PX + x] = Math.min(1, Math.max(0, (58 - radius) / 4))
    }
  }
  return map
}

/** Folds, vessels and grain; the texture joins itself on all sides. */
function wallTexture(seed: number): Uint8Array {
  const random = seededRandom(seed)
  const folds = Array.from({ length: 7 }, () => ({
    around: Math.floor(random() * 4),
    along: 1 + Math.floor(random() * 5),
    phase: random() * 2 * Math.PI,
    size: 8 + 12 * random(),
  }))
  const vessels = Array.from({ length: 6 }, () => ({ at: random() * TEXTURE, bends: 1 + Math.floor(random() * 3) }))
  const texture = new Uint8Array(TEXTURE * TEXTURE)
  for (let along = 0; along < TEXTURE; along++) {
    for (let around = 0; around < TEXTURE; around++) {
      let value = 140 + 5 * bellShaped(random)
      for (const fold of folds) {
        const turn = (2 * Math.PI * (fold.around * around + fold.along * along)) / TEXTURE
        value += fold.size * Math.sin(turn + fold.phase)
      }
      for (const { at, bends } of vessels) {
        const middle = at + 14 * Math.sin((2 * Math.PI * bends * along) / TEXTURE)
        const away = Math.abs(((around - middle + 1.5 * TEXTURE) % TEXTURE) - TEXTURE / 2)
        if (away < 3) value -= 30 * (1 - away / 3)
      }
      texture[along * TEXTURE + around] = Math.min(255, Math.max(0, value))
    }
  }
  return texture
}

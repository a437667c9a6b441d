import { mixedSeed, type SeededRandom, seededRandom } from './seeded-random.ts'
import { afterBeat, SCENE_HEIGHT_PX, SCENE_WIDTH_PX, type SceneMotion, type SimulatedScene } from './simulated-scene.ts'
import { smoothNoise, speckle, type Texture } from './simulated-texture.ts'

const PIXELS = SCENE_WIDTH_PX * SCENE_HEIGHT_PX
/** Angles and depths of a map in the probe's own coordinates. */
const POLAR = 256
/** The sector: how far above the upper edge its lines meet, in heights of the picture, and half of what it spans, in radians. */
const APEX = 0.54
const HALF_ANGLE = 0.515
/** Depths are shares of what the probe sees, brightness is of 255. */
const PLEURA_DEPTH = 0.17
const PLEURA = 160
const NEAR = 105
const LUNG = 72
const FADING = 2.4
const A_LINE = 48
const B_LINE = 125
const B_LINE_FADING = 0.7
const B_LINE_WIDTH = 0.1
const B_LINES = 5
const FLOOR = 6
const SPECKLE_STEP = 64
const { angleMap, depthMap } = sectorMaps()

/**
 * A lung under a convex probe between two ribs: muscle, the pleura, which slides with the breath, and below it what is no
 * picture of the lung but of the sound: A-lines where it is dry, mirrored from the pleura, and B-lines where it is wet, beams
 * that move with it and do not fade (G. Volpicelli et al., "International evidence-based recommendations for point-of-care lung
 * ultrasound", Intensive Care Med 38 (2012)).
 */
export class LungScene implements SimulatedScene {
  readonly #speckle: Uint8Array
  /** For each place of the picture: what stands still, and how much of the sliding speckle, of A-lines and of B-lines is seen there. */
  readonly #still = new Uint8Array(PIXELS)
  readonly #lung = new Uint8Array(PIXELS)
  readonly #aLines = new Uint8Array(PIXELS)
  readonly #bLines = new Uint8Array(PIXELS)
  readonly #beams: readonly { angle: number; width: number }[]

  constructor(seed: number) {
    const random = seededRandom(mixedSeed(seed, 51))
    const size = { width: POLAR, height: POLAR }
    const grains = speckle(random, size, { acrossPx: 2.7, downPx: 1 })
    this.#speckle = Uint8Array.from(grains.values, (value) => Math.min(255, SPECKLE_STEP * (0.5 + 0.5 * value)))
    this.#draw(random, speckle(random, size, { acrossPx: 8, downPx: 1.2 }))
    const places = Array.from({ length: B_LINES }, (_, index) => (1.5 * index) / (B_LINES - 1) - 0.75)
    this.#beams = shuffled(places, random).map((place) => ({
      angle: place + 0.2 * (random() - 0.5),
      width: B_LINE_WIDTH * (0.6 + 0.8 * random()),
    }))
  }

  pixels({ chest, beatShare, lungWater }: SceneMotion): Buffer {
    const rgb = Buffer.alloc(PIXELS * 3)
    // The heart moves the lung as well (lung pulse).
    const slide = 6 * chest + 1.5 * afterBeat(beatShare)
    const beams = this.#beamsAt(slide, lungWater)
    const shift = Math.round(slide) + POLAR
    for (let at = 0; at < PIXELS; at++) {
      const angle = angleMap[at] ?? 0
      const grain = this.#speckle[(depthMap[at] ?? 0) * POLAR + ((angle + shift) % POLAR)] ?? 0
      const lung = (this.#lung[at] ?? 0) + (beams[angle] ?? 0) * (this.#bLines[at] ?? 0)
      const seen = (this.#still[at] ?? 0) + (lung * grain) / SPECKLE_STEP + (1 - lungWater) * (this.#aLines[at] ?? 0)
      const tone = Math.min(255, seen)
      rgb[3 * at] = tone
      rgb[3 * at + 1] = tone
      rgb[3 * at + 2] = tone
    }
    return rgb
  }

  /** How bright a B-line is at each angle; they come one after the other as the lung fills. */
  #beamsAt(slide: number, lungWater: number): Float32Array {
    const bright = new Float32Array(POLAR)
    for (const [index, { angle, width }] of this.#beams.entries()) {
      const level = Math.min(1, Math.max(0, lungWater * (B_LINES + 1) - index)) * (0.5 + 0.5 * lungWater)
      if (level === 0) continue
      for (let at = 0; at < POLAR; at++)
        bright[at] = (bright[at] ?? 0) + level * bell(angleOf(at - slide) - angle, width)
    }
    return bright
  }

  #draw(random: SeededRandom, tissue: Texture): void {
    const bend = random() * 2 * Math.PI
    const tilt = 0.1 * (2 * random() - 1)
    const ribs = Array.from({ length: random() < 0.5 ? 1 : 2 }, (_, index) => ({
      angle: 0.5 - index + 0.3 * (random() - 0.5),
      width: 0.08 + 0.04 * random(),
    }))
    const layers = smoothNoise(random, { width: 1, height: POLAR }, { acrossPx: 1, downPx: 1.5 }).values
    for (let at = 0; at < PIXELS; at++) {
      const depthIndex = depthMap[at] ?? 0
      if (depthIndex === 0) continue
      const depth = depthIndex / POLAR
      const angle = angleOf(angleMap[at] ?? 0)
      const pleura = PLEURA_DEPTH * (1 + tilt * angle + 0.05 * Math.sin(2.5 * angle + bend))
      const below = 1 / (1 + Math.exp((pleura - depth) / 0.008))
      const [shadow, bone] = behindRibs(ribs, angle, depth, 0.75 * pleura)
      const shine = 1 + 0.35 * Math.sin(5 * angle + bend)
      const grain = 0.5 + 0.5 * (tissue.values[depthIndex * POLAR + (angleMap[at] ?? 0)] ?? 0)
      const near = NEAR * (1 + 0.3 * (layers[depthIndex] ?? 0)) * grain * (1 - below)
      const since = Math.max(0, depth - pleura)
      let mirrored = 0
      for (const times of [2, 3, 4]) mirrored += (A_LINE / (times - 1)) * bell(depth - times * pleura, 0.014)
      this.#still[at] = bounded(FLOOR + bone + shadow * (near + PLEURA * shine * bell(depth - pleura, 0.01)))
      this.#lung[at] = bounded(shadow * below * LUNG * Math.exp(-FADING * since))
      this.#aLines[at] = bounded(shadow * shine * mirrored)
      this.#bLines[at] = bounded(shadow * below * B_LINE * Math.exp(-B_LINE_FADING * since))
    }
  }
}

/** What a rib lets through of the sound, and how bright it is itself. */
function behindRibs(
  ribs: readonly { angle: number; width: number }[],
  angle: number,
  depth: number,
  ribDepth: number,
): [shadow: number, bone: number] {
  let [shadow, bone] = [1, 0]
  for (const rib of ribs) {
    const inside = 1 / (1 + Math.exp((Math.abs(angle - rib.angle) - rib.width) / 0.03))
    shadow *= 1 - (0.75 * inside) / (1 + Math.exp((ribDepth - depth) / 0.02))
    bone += 90 * inside * bell(depth - ribDepth, 0.012)
  }
  return [shadow, bone]
}

/** For each place of the picture: which angle and which depth it shows; a depth of 0 is outside the sector. */
function sectorMaps(): { angleMap: Uint8Array; depthMap: Uint8Array } {
  const [angles, depths] = [new Uint8Array(PIXELS), new Uint8Array(PIXELS)]
  for (let at = 0; at < PIXELS; at++) {
    const across = ((at % SCENE_WIDTH_PX) + 0.5) / SCENE_WIDTH_PX - 0.5
    const down = (Math.floor(at / SCENE_WIDTH_PX) + 0.5) / SCENE_HEIGHT_PX + APEX
    const depth = Math.hypot(across, down) - APEX
    const angle = Math.atan2(across, down) / HALF_ANGLE
    if (Math.abs(angle) >= 1 || depth <= 0 || depth >= 1) continue
    angles[at] = Math.floor(((angle + 1) / 2) * POLAR)
    depths[at] = Math.max(1, Math.floor(depth * POLAR))
  }
  return { angleMap: angles, depthMap: depths }
}

/** -1 at the left side of the sector, 1 at its right. */
function angleOf(index: number): number {
  return (2 * index) / POLAR - 1
}

function bell(distance: number, width: number): number {
  return Math.exp(-0.5 * (distance / width) ** 2)
}

function bounded(tone: number): number {
  return Math.min(255, Math.max(0, tone))
}

function shuffled<T>(values: readonly T[], random: SeededRandom): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value)
}

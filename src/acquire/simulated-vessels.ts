import type { SeededRandom } from './seeded-random.ts'

interface Size {
  width: number
  height: number
}

/** The tip of a vessel as it is drawn. */
interface Tip {
  x: number
  y: number
  direction: number
  radiusPx: number
  branches: number
}

const REACH_PX = 3
const MOST_BRANCHES = 3

/** How much of a vessel lies at each place, 0 to 1: lines that wind, branch and grow thin. */
export function vesselMap(random: SeededRandom, size: Size, count: number): Float32Array {
  const map = new Float32Array(size.width * size.height)
  for (let vessel = 0; vessel < count; vessel++) {
    const tip = {
      x: random() * size.width,
      y: random() * size.height,
      direction: random() * 2 * Math.PI,
      radiusPx: 0.5 + 0.5 * random(),
      branches: 0,
    }
    draw(map, size, tip, 50 + Math.floor(90 * random()), random)
  }
  return map
}

function draw(map: Float32Array, size: Size, from: Tip, steps: number, random: SeededRandom): void {
  let { x, y, direction, radiusPx } = from
  for (let step = 0; step < steps; step++) {
    x += Math.cos(direction)
    y += Math.sin(direction)
    direction += 0.42 * (random() - 0.5)
    radiusPx *= 0.997
    if (x < REACH_PX || y < REACH_PX || x >= size.width - REACH_PX || y >= size.height - REACH_PX) return
    dot(map, size, x, y, radiusPx)
    if (from.branches < MOST_BRANCHES && random() < 0.035) {
      const turn = (random() < 0.5 ? -1 : 1) * (0.4 + 0.5 * random())
      const branch = { x, y, direction: direction + turn, radiusPx: 0.75 * radiusPx, branches: from.branches + 1 }
      draw(map, size, branch, steps - step, random)
    }
  }
}

function dot(map: Float32Array, { width }: Size, x: number, y: number, radiusPx: number): void {
  const [middleX, middleY] = [Math.floor(x), Math.floor(y)]
  const furthest = (REACH_PX * radiusPx) ** 2
  for (let row = middleY - REACH_PX; row <= middleY + REACH_PX; row++) {
    for (let column = middleX - REACH_PX; column <= middleX + REACH_PX; column++) {
      const squared = (column - x) * (column - x) + (row - y) * (row - y)
      if (squared > furthest) continue
      const at = row * width + column
      const blood = radiusPx * Math.exp((-0.5 * squared) / (radiusPx * radiusPx))
      if (blood > (map[at] ?? 0)) map[at] = blood
    }
  }
}

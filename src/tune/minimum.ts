/** A smooth function: its value at a point, and its slope, which it writes. */
export type Objective = (at: Float64Array, slope: Float64Array) => number

const MEMORY = 10
const MOST_STEPS = 200
const SLOPE_TOLERANCE = 1e-6
/** A step must win at least this much of what the slope promises (Armijo). */
const LEAST_GAIN = 1e-4
const MOST_HALVINGS = 40

/**
 * The minimum of a convex function by L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithms 7.4 and 7.5), from a start that is
 * not changed. Ends where the slope is flat, where no step helps, or after 200 steps.
 */
export function minimumOf(objective: Objective, start: Float64Array): Float64Array {
  const n = start.length
  const at = Float64Array.from(start)
  const slope = new Float64Array(n)
  let value = objective(at, slope)
  const moves: { step: Float64Array; change: Float64Array; scale: number }[] = []
  for (let round = 0; round < MOST_STEPS && largest(slope) > SLOPE_TOLERANCE; round++) {
    const direction = descent(slope, moves)
    const promised = dot(direction, slope)
    const next = new Float64Array(n)
    const nextSlope = new Float64Array(n)
    let nextValue = Infinity
    let length = moves.length === 0 ? 1 / Math.max(1, largest(slope)) : 1
    let halvings = 0
    for (; halvings < MOST_HALVINGS; halvings++, length /= 2) {
      for (let index = 0; index < n; index++) next[index] = (at[index] ?? 0) + length * (direction[index] ?? 0)
      nextValue = objective(next, nextSlope)
      if (nextValue <= value + LEAST_GAIN * length * promised) break
    }
    if (halvings === MOST_HALVINGS) break
    const step = next.map((x, index) => x - (at[index] ?? 0))
    const change = nextSlope.map((x, index) => x - (slope[index] ?? 0))
    const curvature = dot(step, change)
    if (curvature > 1e-12) moves.push({ step, change, scale: 1 / curvature })
    if (moves.length > MEMORY) moves.shift()
    at.set(next)
    slope.set(nextSlope)
    value = nextValue
  }
  return at
}

/** Downhill, as the last moves say how it is curved. */
function descent(
  slope: Float64Array,
  moves: readonly { step: Float64Array; change: Float64Array; scale: number }[],
): Float64Array {
  const direction = slope.map((x) => -x)
  const weights: number[] = []
  for (const { step, change, scale } of [...moves].reverse()) {
    const weight = scale * dot(step, direction)
    weights.push(weight)
    add(direction, change, -weight)
  }
  const last = moves.at(-1)
  if (last !== undefined) {
    const size = 1 / (last.scale * dot(last.change, last.change))
    for (let index = 0; index < direction.length; index++) direction[index] = (direction[index] ?? 0) * size
  }
  for (const { step, change, scale } of moves) {
    const weight = weights.pop() ?? 0
    add(direction, step, weight - scale * dot(change, direction))
  }
  return direction
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0)
  return sum
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let index = 0; index < to.length; index++) to[index] = (to[index] ?? 0) + times * (what[index] ?? 0)
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}

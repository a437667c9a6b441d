/** Points of a course: seconds from the start of the script, value. */
export type CoursePoints = readonly (readonly [atS: number, value: number])[]

/**
 * A value that follows straight lines between the points of a script and begins anew every `periodS`. Its integral is known
 * in closed form, so that the phase of a rhythm at any moment needs nothing that came before.
 */
export class Course {
  readonly #points: CoursePoints
  readonly #sums: readonly number[]
  readonly #periodS: number

  /** `points` rise in time from 0 on and end before `periodS`; the last is joined to the first of the next round. */
  constructor(points: CoursePoints, periodS: number) {
    const first = points[0]
    if (first === undefined || first[0] !== 0) throw new RangeError('a course begins at 0 s')
    this.#periodS = periodS
    this.#points = [...points, [periodS, first[1]]]
    let sum = 0
    this.#sums = this.#points.map(([atS, value], index) => {
      const [beforeS, before] = this.#points[index - 1] ?? [atS, value]
      if (index > 0 && atS <= beforeS) throw new RangeError(`the points of a course rise in time: ${atS} s`)
      sum += ((before + value) / 2) * (atS - beforeS)
      return sum
    })
  }

  valueAt(timeS: number): number {
    const { inRoundS, index } = this.#place(timeS)
    return this.#line(index, inRoundS)
  }

  /** Integral from 0 to `timeS`, in value times seconds; below 0 for a time before the start. */
  integralTo(timeS: number): number {
    const { round, inRoundS, index } = this.#place(timeS)
    const [fromS, from] = this.#points[index] ?? [0, 0]
    const part = ((from + this.#line(index, inRoundS)) / 2) * (inRoundS - fromS)
    return round * this.integralOfRound() + (this.#sums[index] ?? 0) + part
  }

  integralOfRound(): number {
    return this.#sums.at(-1) ?? 0
  }

  #place(timeS: number): { round: number; inRoundS: number; index: number } {
    const round = Math.floor(timeS / this.#periodS)
    const inRoundS = timeS - round * this.#periodS
    let index = 0
    while (index + 2 < this.#points.length && (this.#points[index + 1]?.[0] ?? Infinity) <= inRoundS) index++
    return { round, inRoundS, index }
  }

  #line(index: number, inRoundS: number): number {
    const [fromS, from] = this.#points[index] ?? [0, 0]
    const [toS, to] = this.#points[index + 1] ?? [fromS + 1, from]
    return from + ((to - from) * (inRoundS - fromS)) / (toS - fromS)
  }
}

import type { Numeric } from '../../src/records.ts'

const STEP_MS = 5_000
const KEPT_STEPS = 1_440

/** The last two hours of a bed's numerics as this screen saw them, one value in five seconds; for when the archive is away. */
export class LiveTrend {
  readonly #columns = new Map<string, Float32Array>()
  #newestStep: number | null = null

  take(eventTimeMs: number, numerics: readonly Numeric[]): void {
    const step = Math.floor(eventTimeMs / STEP_MS)
    const newest = this.#newestStep
    if (newest !== null && step < newest - KEPT_STEPS) return
    if (newest === null || step > newest) this.#advance(newest ?? step - 1, step)
    for (const { code, value, validity } of numerics) {
      if (value === null || (validity !== 'valid' && validity !== 'questionable')) continue
      let column = this.#columns.get(code)
      if (column === undefined) {
        column = new Float32Array(KEPT_STEPS).fill(NaN)
        this.#columns.set(code, column)
      }
      column[slot(step)] = value
    }
  }

  read(code: string, fromMs: number, toMs: number): { times: number[]; values: (number | null)[] } {
    const times: number[] = []
    const values: (number | null)[] = []
    const newest = this.#newestStep
    const column = this.#columns.get(code)
    if (newest === null || column === undefined) return { times, values }
    const first = Math.max(Math.floor(fromMs / STEP_MS), newest - KEPT_STEPS + 1)
    for (let step = first; step <= Math.min(newest, Math.floor(toMs / STEP_MS)); step++) {
      const value = column[slot(step)] ?? NaN
      if (times.length === 0 && Number.isNaN(value)) continue
      times.push(step * STEP_MS)
      values.push(Number.isNaN(value) ? null : value)
    }
    return { times, values }
  }

  /** Steps nobody measured stay empty, also where the ring comes round again. */
  #advance(from: number, to: number): void {
    for (const column of this.#columns.values())
      for (let step = Math.max(from + 1, to - KEPT_STEPS + 1); step <= to; step++) column[slot(step)] = NaN
    this.#newestStep = to
  }
}

function slot(step: number): number {
  return ((step % KEPT_STEPS) + KEPT_STEPS) % KEPT_STEPS
}

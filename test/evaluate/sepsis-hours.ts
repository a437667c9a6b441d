import { HISTORY_HOURS } from '../../src/reading.ts'
import { tensor, type Tensors } from '../../src/predict/tensor.ts'
import { SEPSIS_COLUMNS, type SepsisStay } from './sepsis-stays.ts'
import type { EvaluationData } from './evaluation.ts'

const MEASURED = SEPSIS_COLUMNS.indexOf('Age')
const BATCH = 1_024

/** What a model says of every hour of every stay, one stay after the other. */
export interface HourScores {
  probabilities: Float32Array
  isAlarm: Uint8Array
}

/** Which first columns a model is given: of what was measured, and of what is known of person and stay. */
export interface HourInputs {
  measured: number
  known: number
}

export const FULL_CHART: HourInputs = { measured: MEASURED, known: SEPSIS_COLUMNS.length - MEASURED }
/** The eight vital signs; age and sex. */
export const VITALS_ONLY: HourInputs = { measured: SEPSIS_COLUMNS.indexOf('EtCO2') + 1, known: 2 }

/** Scores each hour from the 48 h that end with it, as a bedside would have: nothing of a later hour is in the input. */
export async function scoreHours(
  model: string,
  { measured, known }: HourInputs,
  stays: readonly SepsisStay[],
  { isDev, models }: Pick<EvaluationData, 'isDev' | 'models'>,
): Promise<HourScores> {
  const total = stays.reduce((sum, { hours }) => sum + hours.length, 0)
  const scores = { probabilities: new Float32Array(total), isAlarm: new Uint8Array(total) }
  const hours = new Float32Array(BATCH * HISTORY_HOURS * measured)
  const about = new Float32Array(BATCH * known)
  const filesOf = new Map<string, { stay: SepsisStay; first: number }[]>()
  let first = 0
  for (const stay of stays) {
    const file = models.fileFor(stay.record, isDev)
    filesOf.set(file, [...(filesOf.get(file) ?? []), { stay, first }])
    first += stay.hours.length
  }
  for (const [file, of] of filesOf) {
    const places: number[] = []
    const run = async (): Promise<void> => {
      const rows = places.length
      const { probabilities, margin } = await models.run(model, file, {
        hours: tensor([rows, HISTORY_HOURS, measured], hours.subarray(0, rows * HISTORY_HOURS * measured)),
        static: tensor([rows, known], about.subarray(0, rows * known)),
      })
      if (probabilities === undefined || margin === undefined) throw new Error(`${model} has other outputs`)
      places.forEach((place, row) => {
        scores.probabilities[place] = probabilities.data[row * 2] ?? NaN
        scores.isAlarm[place] = Number((margin.data[row] ?? NaN) >= 0)
      })
      places.length = 0
    }
    for (const { stay, first } of of)
      for (const [hour, row] of stay.hours.entries()) {
        copyHistory(stay.hours, hour, measured, hours, places.length * HISTORY_HOURS * measured)
        about.set(row.subarray(MEASURED, MEASURED + known), places.length * known)
        places.push(first + hour)
        if (places.length === BATCH) await run()
      }
    if (places.length > 0) await run()
  }
  return scores
}

/** What a model is given of a stay at an hour of it, a batch of one. */
export function hourInputs({ hours: rows }: SepsisStay, at: number, { measured, known }: HourInputs): Tensors {
  const hours = new Float32Array(HISTORY_HOURS * measured)
  copyHistory(rows, at, measured, hours, 0)
  const about = rows[at]?.slice(MEASURED, MEASURED + known) ?? new Float32Array(known).fill(NaN)
  return { hours: tensor([1, HISTORY_HOURS, measured], hours), static: tensor([1, known], about) }
}

/** The 48 hours up to and with row `at` of a table that is hourly already, its first columns; NaN before the first row. */
export function copyHistory(
  rows: readonly Float32Array[],
  at: number,
  columns: number,
  into: Float32Array,
  offset: number,
): void {
  for (let row = 0; row < HISTORY_HOURS; row++) {
    const from = rows[at - HISTORY_HOURS + 1 + row]
    const start = offset + row * columns
    if (from === undefined) into.fill(NaN, start, start + columns)
    else into.set(from.subarray(0, columns), start)
  }
}

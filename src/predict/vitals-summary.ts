import { HISTORY_HOURS, HISTORY_SIGNS } from '../reading.ts'

/**
 * The signs of notes-context, in its order, each as the number of its column in a window's history; null: no monitor measures it. hr, rr, spo2,
 * sbp, dbp, map, temp, fio2, and the eyes, words and movements of the Glasgow Coma Scale.
 */
const COLUMNS = [0, 6, 1, 3, 5, 4, 2, null, null, null, null] as const
const STATISTICS = 4
export const VITALS_SUMMARY_LENGTH = COLUMNS.length * STATISTICS

/**
 * [44]: last, least, most and mean of each sign over the hours that are known, NaN where there are none. An hour counts by its mean, so least and
 * most are less far out than those of single values, from which the model has learnt.
 */
export function vitalsSummary(hours: Float32Array): Float32Array {
  const summary = new Float32Array(VITALS_SUMMARY_LENGTH).fill(NaN)
  for (const [sign, column] of COLUMNS.entries()) {
    if (column === null) continue
    const known: number[] = []
    for (let hour = 0; hour < HISTORY_HOURS; hour++) {
      const value = hours[hour * HISTORY_SIGNS + column] ?? NaN
      if (!Number.isNaN(value)) known.push(value)
    }
    const last = known.at(-1)
    if (last === undefined) continue
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length
    summary.set([last, Math.min(...known), Math.max(...known), mean], sign * STATISTICS)
  }
  return summary
}

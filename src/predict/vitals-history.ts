import { NUMERICS, type NumericCode, type PatientContext } from '../reading.ts'

/** How far back a model of vital signs looks, one row an hour. */
export const HISTORY_HOURS = 48
const HOUR_MS = 3_600_000

/**
 * The vital signs of PhysioNet/CinC 2019, in the order of its columns and in its units (HR, Resp 1/min; O2Sat %; Temp °C; pressures and
 * EtCO2 mmHg), and what stands for each of them at the bedside, best first: an arterial line before a cuff, the ECG's rate before the pulse
 * oximeter's. The units are the same, so nothing is converted.
 */
export const VITAL_CHANNELS = {
  HR: ['hr', 'pr'],
  O2Sat: ['spo2'],
  Temp: ['temp'],
  SBP: ['abp_sys', 'nbp_sys'],
  MAP: ['abp_mean', 'nbp_mean'],
  DBP: ['abp_dia', 'nbp_dia'],
  Resp: ['rr'],
  EtCO2: ['etco2'],
} as const satisfies Record<string, readonly NumericCode[]>

export interface TimedMeasurement {
  timeMs: number
  channel: string
  value: number
}

/**
 * [48, channels], row-major, NaN where there is nothing: the median of each channel in each of the 48 hours up to now, as the data set has
 * vital signs by the hour. The last row is `(now - 1 h, now]`. What is later than now, or older, or of another channel, is left out.
 */
export function hourlyMedians(
  measurements: Iterable<TimedMeasurement>,
  channels: readonly string[],
  nowMs: number,
): Float32Array {
  const columns = new Map(channels.map((channel, index) => [channel, index]))
  const cells = new Map<number, number[]>()
  for (const { timeMs, channel, value } of measurements) {
    const column = columns.get(channel)
    const hoursAgo = Math.floor((nowMs - timeMs) / HOUR_MS)
    if (column === undefined || !Number.isFinite(value) || hoursAgo < 0 || hoursAgo >= HISTORY_HOURS) continue
    const cell = (HISTORY_HOURS - 1 - hoursAgo) * channels.length + column
    const of = cells.get(cell)
    if (of === undefined) cells.set(cell, [value])
    else of.push(value)
  }
  const history = new Float32Array(HISTORY_HOURS * channels.length).fill(NaN)
  for (const [cell, values] of cells) history[cell] = median(values)
  return history
}

/**
 * [48, 8] of the monitor's numerics: `channel` is their code. Whoever keeps one median a minute instead of every value gets nearly the same.
 * Values that a sensor cannot report are left out; so must be, before, those that are marked as not valid.
 */
export function vitalsHistory(numerics: Iterable<TimedMeasurement>, nowMs: number): Float32Array {
  const codes = Object.values(VITAL_CHANNELS).flat()
  const known = new Set<string>(codes)
  const plausible: TimedMeasurement[] = []
  for (const numeric of numerics) {
    if (!known.has(numeric.channel)) continue
    const [low, high] = NUMERICS[numeric.channel as NumericCode].plausible
    if (numeric.value >= low && numeric.value <= high) plausible.push(numeric)
  }
  const byCode = hourlyMedians(plausible, codes, nowMs)
  const channels = Object.values(VITAL_CHANNELS)
  const history = new Float32Array(HISTORY_HOURS * channels.length)
  for (let row = 0; row < HISTORY_HOURS; row++)
    channels.forEach((of, column) => {
      const values = of.map((code) => byCode[row * codes.length + codes.indexOf(code)] ?? NaN)
      history[row * channels.length + column] = values.find((value) => !Number.isNaN(value)) ?? NaN
    })
  return history
}

/**
 * Copies the 48 hours up to and with row `at` of a table that is hourly already, one row after the other without a gap, its first columns;
 * NaN before the first row. The same as `hourlyMedians` of the table's cells as measurements.
 */
export function copyHistory(
  rows: readonly Float32Array[],
  at: number,
  channels: number,
  into: Float32Array,
  offset: number,
): void {
  for (let row = 0; row < HISTORY_HOURS; row++) {
    const from = rows[at - HISTORY_HOURS + 1 + row]
    const start = offset + row * channels
    if (from === undefined) into.fill(NaN, start, start + channels)
    else into.set(from.subarray(0, channels), start)
  }
}

/** [2]: age in years (the middle of the band), and sex, 1 male, 0 female; NaN where not known. */
export function aboutPerson({ ageBand, sex }: Pick<PatientContext, 'ageBand' | 'sex'>): Float32Array {
  const [, low, high] = /^\s*(\d+)\s*[-–]\s*(\d+)\s*$/.exec(ageBand) ?? []
  const years = low === undefined || high === undefined ? Number(/^\s*(\d+)/.exec(ageBand)?.[1]) : middle(low, high)
  return Float32Array.of(years, sex === 'male' ? 1 : sex === 'female' ? 0 : NaN)
}

/** Of a band of whole years: 60-69 ends at the 70th birthday. */
function middle(low: string, high: string): number {
  return (Number(low) + Number(high) + 1) / 2
}

function median(values: number[]): number {
  values.sort((a, b) => a - b)
  const half = values.length >> 1
  const upper = values[half] ?? NaN
  return values.length % 2 === 1 ? upper : (upper + (values[half - 1] ?? NaN)) / 2
}

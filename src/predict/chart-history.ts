import { tensor, type Tensors } from './tensor.ts'

/** What was charted of a patient, at the minute at which it was. */
export interface ChartedValue {
  /** in minutes on any one clock, such as since admission */
  atMin: number
  /** a name of CHART_PARAMETERS; what has another name is left out */
  parameter: string
  value: number
}

/** What is known of the patient himself; null where it is not. */
export interface ChartPerson {
  ageYears: number | null
  isMale: boolean | null
  heightCm: number | null
  unit: ChartUnit | null
}

/** Kinds of intensive care unit, in the order in which PhysioNet/CinC 2012 numbers them from 1. */
export const CHART_UNITS = ['coronary', 'cardiac surgery recovery', 'medical', 'surgical'] as const
export type ChartUnit = (typeof CHART_UNITS)[number]

/**
 * [least, most] that a person can have in intensive care, in the units of PhysioNet/CinC 2012; what is outside is a slip of the pen or of the
 * probe and counts as not measured. The order is that of the tensor; models/training/icu_mortality/chart.py has the same.
 */
export const CHART_PARAMETERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  HR: [10, 300],
  SysABP: [20, 300],
  DiasABP: [5, 250],
  MAP: [10, 280],
  NISysABP: [20, 300],
  NIDiasABP: [5, 250],
  NIMAP: [10, 280],
  RespRate: [2, 90],
  Temp: [25, 43],
  SaO2: [30, 100],
  GCS: [3, 15],
  Urine: [0, 5_000],
  MechVent: [0, 1],
  FiO2: [0.2, 1],
  PaO2: [20, 600],
  PaCO2: [5, 200],
  pH: [6.5, 8],
  HCO3: [2, 60],
  Lactate: [0.1, 40],
  BUN: [1, 300],
  Creatinine: [0.1, 30],
  Na: [95, 190],
  K: [1, 15],
  Mg: [0.2, 15],
  Glucose: [5, 2_000],
  HCT: [5, 75],
  WBC: [0.05, 500],
  Platelets: [1, 2_500],
  Albumin: [0.5, 7],
  ALP: [1, 10_000],
  ALT: [1, 50_000],
  AST: [1, 50_000],
  Bilirubin: [0.05, 100],
  Cholesterol: [10, 1_000],
  TroponinI: [0.01, 500],
  TroponinT: [0.005, 100],
  Weight: [20, 400],
}

export const CHART_HOURS = 48
/** Of an hour's measurements: their mean, the least, the most, and how many they are. */
export const CHART_PLANES = 4

const AGE_YEARS = [0, 130] as const
const HEIGHT_CM = [100, 230] as const
const INDEX = new Map(Object.keys(CHART_PARAMETERS).map((parameter, index) => [parameter, index]))
/** age, sex, height, kind of unit */
export const CHART_PERSON = 4
export const CHART_SHAPE = [CHART_HOURS, INDEX.size, CHART_PLANES] as const

/**
 * What a chart says by hour, as a model of icu-mortality's kind takes it: `hours` [48, 37, 4], the 48 h up to `untilMin`, the last one last;
 * mean, least and most are NaN, and the count 0, in an hour without a measurement. A measurement at `untilMin` itself belongs to the last
 * hour, a later one to none. `person` [4]: age in years, 1 for a man and 0 for a woman, height in cm, number of the unit; NaN where unknown.
 */
export function chartHistory(values: readonly ChartedValue[], person: ChartPerson, untilMin: number): Tensors {
  return { hours: tensor(CHART_SHAPE, hoursOf(values, untilMin)), person: tensor([CHART_PERSON], personOf(person)) }
}

function hoursOf(values: readonly ChartedValue[], untilMin: number): Float32Array {
  const hours = new Float32Array(CHART_HOURS * INDEX.size * CHART_PLANES)
  for (let cell = 0; cell < hours.length; cell += CHART_PLANES) hours.fill(NaN, cell, cell + 3)
  // The sum of an hour is kept in full and rounded once, as numpy does in training.
  const sums = new Float64Array(CHART_HOURS * INDEX.size)
  for (const { atMin, parameter, value } of values) {
    const index = INDEX.get(parameter)
    const range = CHART_PARAMETERS[parameter]
    if (index === undefined || range === undefined || !isWithin(value, range)) continue
    const hour = atMin === untilMin ? CHART_HOURS - 1 : Math.floor((atMin - untilMin) / 60) + CHART_HOURS
    if (!(hour >= 0 && atMin <= untilMin)) continue
    const at = hour * INDEX.size + index
    const cell = at * CHART_PLANES
    const count = (hours[cell + 3] ?? 0) + 1
    const sum = (sums[at] ?? 0) + value
    sums[at] = sum
    hours[cell] = sum / count
    hours[cell + 1] = count === 1 ? value : Math.min(value, hours[cell + 1] ?? NaN)
    hours[cell + 2] = count === 1 ? value : Math.max(value, hours[cell + 2] ?? NaN)
    hours[cell + 3] = count
  }
  return hours
}

function personOf({ ageYears, isMale, heightCm, unit }: ChartPerson): Float32Array {
  return Float32Array.of(
    ageYears !== null && isWithin(ageYears, AGE_YEARS) ? ageYears : NaN,
    isMale === null ? NaN : Number(isMale),
    heightCm !== null && isWithin(heightCm, HEIGHT_CM) ? heightCm : NaN,
    unit === null ? NaN : CHART_UNITS.indexOf(unit) + 1,
  )
}

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most
}

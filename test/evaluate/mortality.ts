import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import {
  CHART_PARAMETERS,
  CHART_UNITS,
  chartHistory,
  type ChartedValue,
  type ChartPerson,
} from '../../src/predict/chart-history.ts'
import { stack } from '../../src/predict/tensor.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { decisionsOf, mortalityScore1, positivePredictiveValue, sensitivity } from './decisions.ts'
import type { Evaluation, EvaluationData, Figure, FigureRow } from './evaluation.ts'
import { hosmerLemeshow } from './hosmer-lemeshow.ts'
import { intervalOf } from './interval.ts'
import { readMortalityStays, type MortalityStay } from './mortality-stays.ts'

const MODEL = 'icu-mortality'
const FOLDER = 'vitals/cinc2012_icu_mortality'
const BATCH = 200
const UNTIL_MIN = 48 * 60
/** For what is in the tables only, which has many rows. */
const FEW_RESAMPLES = 300
/** Fewer deaths, or survivors, say too little of a group. */
const FEWEST = 20

/** Gradient boosting of six statistics of each parameter (../shared/baselines), by how many stays it was measured on. */
const SIMPLE = new Map([
  [8_400, { isDev: true, auroc: 0.86, score1: 0.528 }],
  [3_600, { isDev: false, auroc: 0.882, score1: 0.509 }],
])

const VITALS = new Set(
  'HR SysABP DiasABP MAP NISysABP NIDiasABP NIMAP RespRate Temp SaO2 GCS Urine MechVent FiO2 Weight'.split(' '),
)
const AGES: readonly (readonly [name: string, from: number, to: number])[] = [
  ['under 50', 0, 50],
  ['50-64', 50, 65],
  ['65-79', 65, 80],
  ['80 and over', 80, Infinity],
]

interface Scored {
  stays: readonly MortalityStay[]
  died: readonly boolean[]
  risk: readonly number[]
  isCalled: readonly boolean[]
}

/** A measure of some of the stays, by index. */
type Measure = (scored: Scored, indices: readonly number[]) => number

const ofAuroc: Measure = ({ died, risk }, indices) => auroc(pick(died, indices), pick(risk, indices))
const ofBrier: Measure = ({ died, risk }, indices) => brierScore(pick(died, indices), pick(risk, indices))
const ofDecisions =
  (measure: (decisions: ReturnType<typeof decisionsOf>) => number): Measure =>
  ({ died, isCalled }, indices) =>
    measure(decisionsOf(pick(died, indices), pick(isCalled, indices)))
const ofScore1 = ofDecisions(mortalityScore1)

/** Death in hospital from the chart of the first 48 h: PhysioNet/CinC 2012. */
export const mortality: Evaluation = {
  name: 'mortality',
  async run(data, say) {
    const folder = join(data.folder, FOLDER)
    if (!existsSync(folder)) return []
    const stays = await readMortalityStays(folder)
    const whole = await score(data, stays, (values) => values)
    say(`${stays.length} stays scored`)
    const rows = [...wholeRows(whole, data.isDev), ...groupRows(whole)]
    for (const { name, part, untilMin } of PARTS) {
      rows.push(...partRows(await score(data, stays, part, untilMin), name))
      say(`scored with ${name}`)
    }
    return rows
  },
}

function wholeRows(scored: Scored, isDev: boolean): FigureRow[] {
  const all = scored.stays.map((_, index) => index)
  const known = SIMPLE.get(all.length)
  const simple = known?.isDev === isDev ? known : null
  const row = (measure: string, of: Measure, key: string | null, simpler: number | null = null): FigureRow => ({
    ...{ model: MODEL, measure, group: 'all', key, simple: simpler },
    figure: figureOf(scored, all, of, key === null ? FEW_RESAMPLES : undefined),
  })
  return [
    row('AUROC', ofAuroc, 'cinc2012.auroc', simple?.auroc),
    row('score 1: the lesser of sensitivity and PPV', ofScore1, 'cinc2012.score1', simple?.score1),
    row('sensitivity', ofDecisions(sensitivity), null),
    row('positive predictive value', ofDecisions(positivePredictiveValue), null),
    row('Brier score', ofBrier, null),
    ...(
      [
        ['expected calibration error', calibrationError],
        ['score 2: Hosmer-Lemeshow by range of risk', hosmerLemeshow],
      ] as const
    ).map(([measure, of]) => ({
      ...{ model: MODEL, measure, group: 'all', key: null, simple: null },
      // Resampling adds its own noise to these, so an interval by bootstrap would not hold the value.
      figure: { value: of(scored.died, scored.risk), interval95: null, n: all.length },
    })),
  ]
}

function groupRows(scored: Scored): FigureRow[] {
  const people = scored.stays.map(({ measurements }) => personOf(measurements))
  const groups: (readonly [string, (person: ChartPerson) => boolean])[] = [
    ['sex male', ({ isMale }) => isMale === true],
    ['sex female', ({ isMale }) => isMale === false],
    ...AGES.map(
      ([name, from, to]) =>
        [`age ${name}`, ({ ageYears }: ChartPerson) => ageYears !== null && ageYears >= from && ageYears < to] as const,
    ),
    ...CHART_UNITS.map((name) => [`unit ${name}`, ({ unit }: ChartPerson) => unit === name] as const),
  ]
  return groups.flatMap(([group, isIn]) => {
    const indices = people.flatMap((person, index) => (isIn(person) ? [index] : []))
    const deaths = pick(scored.died, indices).filter(Boolean).length
    if (Math.min(deaths, indices.length - deaths) < FEWEST) return []
    return [
      { ...bare('AUROC', group), figure: figureOf(scored, indices, ofAuroc, FEW_RESAMPLES) },
      { ...bare('score 1', group), figure: figureOf(scored, indices, ofScore1, FEW_RESAMPLES) },
      {
        ...bare('expected calibration error', group),
        figure: {
          value: calibrationError(pick(scored.died, indices), pick(scored.risk, indices)),
          interval95: null,
          n: indices.length,
        },
      },
    ]
  })
}

interface Part {
  name: string
  /** What is left of a stay's measurements. */
  part(values: readonly ChartedValue[], stay: number): readonly ChartedValue[]
  untilMin?: number
}

const PARTS: readonly Part[] = [
  {
    name: 'vital signs, urine and ventilation only',
    part: (values) => values.filter(({ parameter }) => VITALS.has(parameter)),
  },
  { name: 'laboratory only', part: (values) => values.filter(({ parameter }) => !VITALS.has(parameter)) },
  { name: 'half of the parameters, drawn for each stay', part: halfOf },
  { name: 'the first 24 h only', part: (values) => values, untilMin: 24 * 60 },
  { name: 'the first 12 h only', part: (values) => values, untilMin: 12 * 60 },
  { name: 'nothing but age, sex, height and unit', part: () => [] },
]

function halfOf(values: readonly ChartedValue[], stay: number): readonly ChartedValue[] {
  const random = seededRandom(mixedSeed(stay))
  const kept = new Set(Object.keys(CHART_PARAMETERS).filter(() => random() < 0.5))
  return values.filter(({ parameter }) => kept.has(parameter))
}

function partRows(scored: Scored, name: string): FigureRow[] {
  const all = scored.stays.map((_, index) => index)
  const group = `with ${name}`
  return [
    { ...bare('AUROC', group), figure: figureOf(scored, all, ofAuroc, FEW_RESAMPLES) },
    { ...bare('score 1', group), figure: figureOf(scored, all, ofScore1, FEW_RESAMPLES) },
  ]
}

function bare(measure: string, group: string): Omit<FigureRow, 'figure'> {
  return { model: MODEL, measure, group, key: null, simple: null }
}

function figureOf(scored: Scored, indices: readonly number[], of: Measure, resamples?: number): Figure {
  const groups = indices.map((index) => scored.stays[index]?.record ?? '')
  const { low95, high95 } = intervalOf(groups, (drawn) => of(scored, pick(indices, drawn)), resamples)
  return { value: of(scored, indices), interval95: [low95, high95], n: indices.length }
}

async function score(
  { models, isDev }: EvaluationData,
  stays: readonly MortalityStay[],
  part: Part['part'],
  untilMin = UNTIL_MIN,
): Promise<Scored> {
  const risk = new Array<number>(stays.length).fill(NaN)
  const isCalled = new Array<boolean>(stays.length).fill(false)
  const byFile = new Map<string, number[]>()
  stays.forEach(({ record }, index) => {
    const file = models.fileFor(record, isDev)
    const indices = byFile.get(file)
    if (indices === undefined) byFile.set(file, [index])
    else indices.push(index)
  })
  for (const [file, indices] of byFile)
    for (let from = 0; from < indices.length; from += BATCH) {
      const batch = indices.slice(from, from + BATCH)
      const inputs = stack(
        batch.map((index) => {
          const values = stays[index]?.measurements ?? []
          return chartHistory(part(values, index), personOf(values), untilMin)
        }),
      )
      const { probabilities, called } = await models.run(MODEL, file, inputs)
      batch.forEach((index, row) => {
        risk[index] = probabilities?.data[row * 2 + 1] ?? NaN
        isCalled[index] = called?.data[row] === 1
      })
    }
  return { stays, died: stays.map(({ diedInHospital }) => diedInHospital), risk, isCalled }
}

/** The data set charts what a person is as measurements of his first minute. */
export function personOf(values: readonly ChartedValue[]): ChartPerson {
  const of = (name: string): number | null => values.find(({ parameter }) => parameter === name)?.value ?? null
  const [gender, unit] = [of('Gender'), of('ICUType')]
  return {
    ageYears: of('Age'),
    isMale: gender === null ? null : gender === 1,
    heightCm: of('Height'),
    unit: unit === null ? null : (CHART_UNITS[unit - 1] ?? null),
  }
}

function pick<T>(values: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => values[index] as T)
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { calibrationError } from './calibration.ts'
import type { Evaluation, Figure, FigureRow } from './evaluation.ts'
import { ScoredStays, type Times } from './scored-stays.ts'
import { FULL_CHART, scoreHours, VITALS_ONLY, type HourInputs, type HourScores } from './sepsis-hours.ts'
import { readSepsisStays, SEPSIS_COLUMNS, type SepsisStay } from './sepsis-stays.ts'
import { drawnInterval } from './stay-draws.ts'

/** Sums by stay are cheap; a ranking passes over all hours. */
const RESAMPLES = 1_000
const RANKING_RESAMPLES = 200
/** A group with fewer septic stays gets no figure. */
const FEWEST_SEPTIC = 10

interface Model {
  folder: string
  title: string
  inputs: HourInputs
  key: string
  /** the simple model, cross-validated on the same stays of the dev split; null: not measured */
  simple: { utility: number; auroc: number | null }
}

const MODELS: readonly Model[] = [
  {
    folder: 'sepsis',
    title: 'full chart',
    inputs: FULL_CHART,
    key: 'cinc2019',
    simple: { utility: 0.416, auroc: 0.863 },
  },
  {
    folder: 'sepsis-vitals',
    title: 'vital signs, age and sex only',
    inputs: VITALS_ONLY,
    key: 'cinc2019.vitalsOnly',
    simple: { utility: 0.163, auroc: null },
  },
]

const COLUMN = { age: SEPSIS_COLUMNS.indexOf('Age'), sex: SEPSIS_COLUMNS.indexOf('Gender') }
const UNIT_1 = SEPSIS_COLUMNS.indexOf('Unit1')
const UNIT_2 = SEPSIS_COLUMNS.indexOf('Unit2')

const GROUPS: Record<string, (row: Float32Array) => boolean> = {
  'sex female': (row) => row[COLUMN.sex] === 0,
  'sex male': (row) => row[COLUMN.sex] === 1,
  'age under 50': (row) => (row[COLUMN.age] ?? NaN) < 50,
  'age 50-64': (row) => isWithin(row[COLUMN.age], 50, 65),
  'age 65-79': (row) => isWithin(row[COLUMN.age], 65, 80),
  'age 80 and over': (row) => (row[COLUMN.age] ?? NaN) >= 80,
  'medical unit': (row) => row[UNIT_1] === 1,
  'surgical unit': (row) => row[UNIT_2] === 1,
  'unit not known': (row) => row[UNIT_1] !== 1 && row[UNIT_2] !== 1,
}

/** PhysioNet/CinC 2019: sepsis within six hours, said every hour of each stay. A stay is a patient. */
export const sepsis: Evaluation = {
  name: 'sepsis',
  async run(data, say) {
    const folder = join(data.folder, 'vitals', 'cinc2019_sepsis')
    if (!existsSync(join(folder, 'records.csv'))) return []
    const stays = await readSepsisStays(folder)
    const rows: FigureRow[] = []
    for (const model of MODELS) {
      const scores = await scoreHours(model.folder, model.inputs, stays, data)
      say(`${model.folder}: ${scores.probabilities.length} hours of ${stays.length} stays scored`)
      rows.push(...rowsOf(model, stays, scores, data.isDev))
    }
    return rows
  },
}

function rowsOf(model: Model, stays: readonly SepsisStay[], scores: HourScores, isDev: boolean): FigureRow[] {
  const first: number[] = []
  stays.reduce((sum, { hours }) => (first.push(sum), sum + hours.length), 0)
  const all = new ScoredStays(stays, first, scores)
  const row = (measure: string, key: string | null, figure: Figure, simple: number | null = null): FigureRow => ({
    model: model.folder,
    measure: `${measure}, ${model.title}`,
    group: 'all',
    key: key === null ? null : `${model.key}.${key}`,
    figure,
    simple: isDev ? simple : null,
  })
  const ece = calibrationError(all.labels, all.probabilities)
  return [
    row(
      'utility',
      'utility',
      figureOf(all, (times) => all.utility(times)),
      model.simple.utility,
    ),
    row(
      'AUROC by hour',
      'auroc',
      figureOf(all, (times) => all.auroc(times), RANKING_RESAMPLES),
      model.simple.auroc,
    ),
    row(
      'average precision by hour',
      'auprc',
      figureOf(all, (times) => all.auprc(times), RANKING_RESAMPLES),
    ),
    row(
      'Brier score',
      'brier',
      figureOf(all, (times) => all.brier(times)),
    ),
    row('expected calibration error', 'ece', { value: ece, interval95: null, n: stays.length }),
    row('share of septic stays with an alarm', null, figureOf(all, all.alarmedShare(true))),
    row('share of other stays with an alarm', null, figureOf(all, all.alarmedShare(false))),
    row(
      'hours of alarm per patient day',
      null,
      figureOf(all, (times) => all.alarmedHoursPerDay(times)),
    ),
    ...Object.entries(GROUPS).flatMap(([group, isIn]) => {
      const inside = stays.flatMap(({ hours }, index) => (isIn(hours[0] ?? new Float32Array()) ? [index] : []))
      const of = new ScoredStays(
        inside.flatMap((index) => stays[index] ?? []),
        inside.map((index) => first[index] ?? NaN),
        scores,
      )
      if (of.septic < FEWEST_SEPTIC) return []
      return [
        {
          ...row(
            'utility',
            null,
            figureOf(of, (times) => of.utility(times)),
          ),
          group,
        },
        {
          ...row(
            'AUROC by hour',
            null,
            figureOf(of, (times) => of.auroc(times), RANKING_RESAMPLES),
          ),
          group,
        },
        {
          ...row('expected calibration error', null, {
            value: calibrationError(of.labels, of.probabilities),
            interval95: null,
            n: of.stays.length,
          }),
          group,
        },
      ]
    }),
  ]
}

function figureOf(scored: ScoredStays, measure: (times: Times) => number, resamples = RESAMPLES): Figure {
  const n = scored.stays.length
  return { value: measure(scored.once), interval95: drawnInterval(n, measure, resamples), n }
}

function isWithin(value: number | undefined, from: number, below: number): boolean {
  return value !== undefined && value >= from && value < below
}

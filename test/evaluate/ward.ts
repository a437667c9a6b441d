import { EVIDENCE_NAMES, type EvidenceName } from '../../src/predict/evidence.ts'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { type ComposedPatient, composePatients } from './composed-patients.ts'
import type { Evaluation, EvaluationData, Figure, FigureRow } from './evaluation.ts'
import { FOLDS } from './fold.ts'
import { intervalOf } from './interval.ts'
import { strangeInputs } from './strange-inputs.ts'
import { answersOfShipped, type Given, HeldOutWard, ofFold, type WardAnswer } from './ward-answers.ts'
import type { EvidenceRecords } from './ward-evidence.ts'
import { readEvidence } from './ward-recordings.ts'

const FUSIONS = ['early', 'late', 'hybrid'] as const
const PATIENTS_A_FOLD = 1_000
const PATIENTS_OF_SHIPPED = 1_000
const RESAMPLES = 200
const WHOLE = 2 ** EVIDENCE_NAMES.length - 1
const NOTE = 'composed patients'

/** Subsets that have rows of their own: which evidence is left. */
const LEFT: readonly { group: string; key: string; subset: number }[] = [
  { group: 'nothing', key: 'nothing', subset: 0 },
  ...EVIDENCE_NAMES.map((name, index) => ({ group: `${name} only`, key: `only.${name}`, subset: 1 << index })),
  ...EVIDENCE_NAMES.map((name, index) => ({
    group: `without ${name}`,
    key: `without.${name}`,
    subset: WHOLE & ~(1 << index),
  })),
]

interface Answered {
  patients: readonly ComposedPatient[]
  answers: readonly WardAnswer[]
  /** the same patients with evidence taken away at random */
  some: readonly WardAnswer[]
}

/**
 * Early, late and hybrid fusion on patients composed of real recordings: how well the risk ranks, whether it is true, and what becomes of it
 * as evidence goes missing. Composition shows how fusion works; it says nothing of what a real patient gains. Intervals draw the stays that
 * vital signs are of.
 */
export const ward: Evaluation = {
  name: 'ward',
  async run(data, say) {
    const { records, baseRate } = await readEvidence(data.folder)
    if (records.vitals.length === 0) return []
    const rows: FigureRow[] = []
    const heldOut = new HeldOutWard(data.models)
    for (const fusion of FUSIONS) {
      say(`ward-${fusion}`)
      const answered = await answer(`ward-${fusion}`, data, records, heldOut)
      rows.push(...figures(fusion, answered, baseRate))
    }
    rows.push(...(await strangeInputs(data)))
    return rows
  },
}

async function answer(
  model: string,
  { isDev, models }: EvaluationData,
  records: EvidenceRecords,
  heldOut: HeldOutWard,
): Promise<Answered> {
  const all: Given = () => true
  const patients: ComposedPatient[] = []
  const answers: WardAnswer[] = []
  const some: WardAnswer[] = []
  for (const fold of isDev ? Array.from({ length: FOLDS }, (_, index) => index) : [null]) {
    const random = seededRandom(mixedSeed(0, fold ?? FOLDS))
    const from = fold === null ? records : ofThisFold(records, fold)
    const composed = composePatients(from, fold === null ? PATIENTS_OF_SHIPPED : PATIENTS_A_FOLD, random)
    const left = new Map(composed.map((patient) => [patient, Math.floor(random() * (WHOLE + 1))]))
    const few: Given = (patient, name) => ((left.get(patient) ?? 0) & (1 << EVIDENCE_NAMES.indexOf(name))) !== 0
    const ask = (given: Given): Promise<WardAnswer[]> =>
      fold === null ? answersOfShipped(models, model, composed, given) : heldOut.answers(model, fold, composed, given)
    patients.push(...composed)
    answers.push(...(await ask(all)))
    some.push(...(await ask(few)))
  }
  return { patients, answers, some }
}

function ofThisFold(records: EvidenceRecords, fold: number): EvidenceRecords {
  const own = (name: EvidenceName): EvidenceRecords[EvidenceName] => ofFold(records[name], fold)
  return {
    vitals: own('vitals'),
    waveforms: own('waveforms'),
    pcg: own('pcg'),
    video: own('video'),
    notes: own('notes'),
  }
}

function figures(fusion: string, { patients, answers, some }: Answered, baseRate: number): FigureRow[] {
  const stays = patients.map(({ records }) => records.vitals?.subject ?? '')
  const ill = patients.map(({ deteriorates }) => deteriorates)
  // Half of the composed deteriorate; each counts as often as there are such.
  const weights = ill.map((is) => (is ? baseRate : 1 - baseRate) * 2)
  const model = `ward-${fusion}`
  const figure = (measure: (indices: readonly number[]) => number): Figure => {
    const { low95, high95 } = intervalOf(stays, measure, RESAMPLES)
    return { value: measure([...ill.keys()]), interval95: [low95, high95], n: ill.length }
  }
  const row = (
    measure: string,
    group: string,
    key: string | null,
    of: (indices: readonly number[]) => number,
  ): FigureRow => ({
    model,
    measure,
    group,
    key: key === null ? null : `ward.${fusion}.${key}`,
    figure: figure(of),
    simple: null,
    note: NOTE,
  })
  const rows: FigureRow[] = []
  for (const { group, key, subset } of [{ group: 'all', key: 'all', subset: WHOLE }, ...LEFT]) {
    const risks = answers.map(({ subsets }) => subsets[subset] ?? NaN)
    const pick =
      (of: (happened: readonly boolean[], risks: readonly number[], weights: readonly number[]) => number) =>
      (indices: readonly number[]): number =>
        of(
          indices.map((index) => ill[index] === true),
          indices.map((index) => risks[index] ?? NaN),
          indices.map((index) => weights[index] ?? NaN),
        )
    if (subset !== 0) rows.push(row('AUROC of the risk', group, `${key}.auroc`, pick(auroc)))
    rows.push(row('expected calibration error', group, `${key}.ece`, pick(weightedError)))
    if (key === 'all') {
      rows.push(row('Brier score', group, `${key}.brier`, pick(weightedBrier)))
      rows.push(row('mean risk by what happened', group, `${key}.ratio`, pick(ratio)))
    }
  }
  const covered = (indices: readonly number[]): number => {
    let [inside, total] = [0, 0]
    for (const index of indices) {
      const [low, high] = some[index]?.interval ?? [NaN, NaN]
      const risk = answers[index]?.subsets[WHOLE] ?? NaN
      inside += (weights[index] ?? NaN) * Number(risk >= low && risk <= high)
      total += weights[index] ?? NaN
    }
    return inside / total
  }
  rows.push(row('interval of some evidence holds the risk of all', 'all', 'interval.coverage', covered))
  if (fusion === 'hybrid')
    for (const [index, name] of EVIDENCE_NAMES.entries())
      rows.push(
        row('real evidence that counts', name, `counts.${name}`, (indices) => {
          const those = indices.filter((at) => answers[at]?.present[index] === true)
          return those.filter((at) => answers[at]?.used[index] === 1).length / those.length
        }),
      )
  return rows
}

type OfRisks = (happened: readonly boolean[], risks: readonly number[], weights: readonly number[]) => number

/** Ten bins of equal weight in order of the risk; how far mean risk and what happened are apart, by weight. */
const weightedError: OfRisks = (happened, risks, weights) => {
  const order = risks.map((_, index) => index).sort((a, b) => (risks[a] ?? NaN) - (risks[b] ?? NaN))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const apart = new Float64Array(10)
  let before = 0
  for (const index of order) {
    const weight = weights[index] ?? NaN
    const bin = Math.min(9, Math.floor((10 * before) / total))
    apart[bin] = (apart[bin] ?? 0) + weight * ((risks[index] ?? NaN) - Number(happened[index]))
    before += weight
  }
  return apart.reduce((sum, bin) => sum + Math.abs(bin), 0) / total
}

const weightedBrier: OfRisks = (happened, risks, weights) =>
  mean(
    risks.map((risk, index) => (risk - Number(happened[index])) ** 2),
    weights,
  )

const ratio: OfRisks = (happened, risks, weights) => mean(risks, weights) / mean(happened.map(Number), weights)

function mean(values: readonly number[], weights: readonly number[]): number {
  let [sum, total] = [0, 0]
  for (const [index, value] of values.entries()) {
    sum += value * (weights[index] ?? NaN)
    total += weights[index] ?? NaN
  }
  return sum / total
}

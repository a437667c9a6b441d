import { join } from 'node:path'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { crossFit, type Scored } from '../../src/tune/cross-fit.ts'
import { compare, enough, type Objection, objectionsTo } from '../../src/tune/gate.ts'
import { estimate, type Estimate } from '../../src/tune/resampling.ts'
import { type Example, headProbabilities } from '../../src/tune/site-head.ts'
import type { Evaluation, EvaluationData, FigureRow } from './evaluation.ts'
import { forgettingRows } from './forgetting.ts'
import { type HospitalRecording, readHeartSounds, readSound } from './heart-sound-recordings.ts'
import { HEART_SOUND, windowsOf } from './heart-sound-scores.ts'

const LABELS = [50, 200, 1_000]
/** Recordings of a hospital that are left to score the result. */
const FEWEST_LEFT = 60
const ABNORMAL = 0
const SEED = 0

/**
 * `vigil fine-tune` on a hospital that the encoder has never heard: heads fitted to some of its recordings, scored on all the others, beside the
 * model as it came; where there are fewer than the most that are asked for, all as well, each scored by a head that was not fitted on it. And labels that are poisoned, which must be refused. The set names no persons, so a recording stands for one. For murmurs,
 * what a site makes it forget of children.
 */
export const siteTuning: Evaluation = {
  name: 'site-tuning',
  run: async (data, say) => {
    const found = await readHeartSounds(join(data.folder, 'heart-sound'))
    const strange = (found?.hospitals ?? []).filter(({ holdoutKind }) => data.isDev || holdoutKind === 'out_of_domain')
    const rows: FigureRow[] = []
    for (const hospital of [...new Set(strange.map((one) => one.hospital))].sort()) {
      say(`  hospital ${hospital} …`)
      const own = strange.filter((one) => one.hospital === hospital)
      const examples = shuffled(
        await examplesOf(own, data.isDev ? `held-out/without-${hospital}.onnx.gz` : 'model.onnx', data),
      )
      for (const labels of LABELS)
        if (examples.length >= labels + FEWEST_LEFT)
          rows.push(...figuresOf(hospital, examples.slice(0, labels), examples.slice(labels)))
      const most = LABELS[LABELS.length - 1] ?? 0
      if (examples.length < most + FEWEST_LEFT) rows.push(...figuresOf(hospital, examples, []))
    }
    say('  children through another stethoscope …')
    return [...rows, ...(await forgettingRows(data, found?.children ?? []))]
  },
}

function figuresOf(hospital: string, labelled: readonly Example[], others: readonly Example[]): FigureRow[] {
  const group = `hospital ${hospital}, ${labelled.length} labels`
  const key = (name: string): string => `fineTune.${hospital}.${labelled.length}.${name}`
  const { head, objections, scored: unseen } = tuned(labelled)
  const scored =
    others.length === 0
      ? unseen
      : others.map((example): Scored => ({
          example,
          parent: example.parent,
          site: headProbabilities(example, head),
        }))
  const line = (
    measure: string,
    name: string,
    of: (chosen: readonly Scored[]) => number,
    simple: number | null = null,
  ) => rowOf(measure, group, key(name), measured(scored, of), scored.length, simple)
  const parent = areaOf('parent')(scored)
  const refused = objections.length === 0 ? 'let through' : `refused: ${objections.map(({ code }) => code).join(', ')}`
  const each = others.length === 0 ? ', all that there are, each by a head not fitted on it' : ''
  return [
    {
      ...line('fine-tuned: AUROC of abnormal (simple model: as it came)', 'auroc', areaOf('site'), parent),
      note: `${refused}${each}`,
    },
    line('fine-tuned: gain in AUROC', 'aurocGain', (chosen) => areaOf('site')(chosen) - areaOf('parent')(chosen)),
    line('fine-tuned: gain in cross-entropy', 'gain', (chosen) =>
      mean(chosen.map(({ example: { label }, parent: p, site: s }) => lossOf(p, label) - lossOf(s, label))),
    ),
    poisoned(group, key('poisonedRefused'), labelled),
  ]
}

/** The share of poisoned tables that is refused: all labels swapped, and three times labels by chance. */
function poisoned(group: string, key: string, labelled: readonly Example[]): FigureRow {
  const tables = Array.from({ length: 4 }, (_, table) => {
    const random = seededRandom(table + 1)
    return labelled.map((example) => ({ ...example, label: table === 0 ? 1 - example.label : Number(random() < 0.5) }))
  })
  const refused = tables.filter((table) => tuned(table).objections.length > 0).length
  const figure = { value: refused / tables.length, interval95: null, n: tables.length }
  return { model: HEART_SOUND, measure: 'poisoned labels refused', group, key, figure, simple: null }
}

function tuned(labelled: readonly Example[]): ReturnType<typeof crossFit> & { objections: Objection[] } {
  const fit = crossFit(labelled, SEED)
  const { scored } = fit
  const objections = [
    ...enough(labelled, ['abnormal', 'normal']),
    ...objectionsTo(scored, compare(scored, ABNORMAL, SEED), [], SEED),
  ]
  return { ...fit, objections }
}

/** The first 10 s of each recording as the encoder hears it. */
async function examplesOf(
  recordings: readonly HospitalRecording[],
  file: string,
  { models }: EvaluationData,
): Promise<Example[]> {
  const examples: Example[] = []
  for (const { record, path, isAbnormal } of recordings) {
    const { pcg, mask } = windowsOf((await readSound(path)).subarray(0, 10_000))
    const { pooled, abnormal } = await models.run(HEART_SOUND, file, { pcg, mask })
    if (pooled === undefined || abnormal === undefined) throw new Error(`${HEART_SOUND} gives no pooled or no abnormal`)
    const parent = Float64Array.from(abnormal.data)
    examples.push({ subject: record, label: isAbnormal ? 0 : 1, embedding: pooled.data, parent, groups: {} })
  }
  return examples
}

function areaOf(who: 'parent' | 'site'): (chosen: readonly Scored[]) => number {
  return (chosen) =>
    auroc(
      chosen.map(({ example }) => example.label === ABNORMAL),
      chosen.map((one) => one[who][ABNORMAL] ?? NaN),
    )
}

function measured(scored: readonly Scored[], of: (chosen: readonly Scored[]) => number): Estimate {
  const subjects = scored.map(({ example }) => example.subject)
  return estimate(subjects, (rows) => of(rows.flatMap((row) => scored[row] ?? [])), SEED)
}

function rowOf(
  measure: string,
  group: string,
  key: string,
  { value, low95, high95 }: Estimate,
  n: number,
  simple: number | null,
): FigureRow {
  return { model: HEART_SOUND, measure, group, key, figure: { value, interval95: [low95, high95], n }, simple }
}

function shuffled<T>(all: readonly T[]): T[] {
  const random = seededRandom(SEED)
  const out = [...all]
  for (let last = out.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [out[last], out[other]]
    if (a !== undefined && b !== undefined) [out[last], out[other]] = [b, a]
  }
  return out
}

function lossOf(probabilities: Float64Array, label: number): number {
  return -Math.log(Math.max(probabilities[label] ?? 0, 1e-6))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

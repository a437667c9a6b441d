import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { ModelCard } from '../../src/predict/model-card.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { callMurmur, childProbabilities, type ChildCosts } from './child-murmur.ts'
import type { EvaluationData, FigureRow } from './evaluation.ts'
import { foldOf } from './fold.ts'
import { figureOf, grouped, row, where, type Measure } from './heart-sound-figure.ts'
import type { MurmurRecording } from './heart-sound-recordings.ts'
import { HEART_SOUND, scoreRecording, softmax, type RecordingScores } from './heart-sound-scores.ts'
import { MURMUR_CLASSES, weightedAccuracy, type MurmurClass } from './murmur-score.ts'

interface Visit {
  subject: string
  truth: MurmurClass
  called: MurmurClass
  present: number
  ageGroup: string
  sex: string
}

interface Window {
  subject: string
  truth: MurmurClass
  present: number
  site: string
}

/** Gradient boosting of hand-made features on the same recordings, told by how many they are. */
const SIMPLE: Record<number, { weightedAccuracy: number; auroc: number }> = {
  2244: { weightedAccuracy: 0.727, auroc: 0.89 },
  919: { weightedAccuracy: 0.704, auroc: 0.901 },
}
const SITES: Record<string, string> = { AV: 'aortic', PV: 'pulmonary', TV: 'tricuspid', MV: 'mitral' }

/** CirCor 2022: the challenge's weighted accuracy and AUROC by visit of a child, intervals by child. */
export async function murmurFigures(
  data: EvaluationData,
  recordings: readonly MurmurRecording[],
): Promise<FigureRow[]> {
  if (recordings.length === 0) return []
  const scores: RecordingScores[] = []
  for (const { path, subject } of recordings)
    scores.push(await scoreRecording(data.models, data.models.fileFor(subject, data.isDev), path))
  const visits = visitsOf(recordings, scores, await childCosts(data.isDev))
  const windows = windowsOf(recordings, scores)
  return [...byVisit(visits, SIMPLE[recordings.length]), ...byWindow(windows)]
}

/** The card's; for a child of fold N those that were chosen without it. */
async function childCosts(isDev: boolean): Promise<(subject: string) => ChildCosts> {
  const card = JSON.parse(await readFile(join(PACKAGE_ROOT, 'models', HEART_SOUND, 'card.json'), 'utf8')) as ModelCard
  const value = (name: string): number => {
    const found = card.calibration.values[name]
    if (found === undefined) throw new Error(`the card of ${HEART_SOUND} has no ${name}`)
    return found
  }
  return (subject) => {
    const without = isDev ? `WithoutFold${foldOf(subject)}` : ''
    return { present: value(`childCostPresent${without}`), unknown: value(`childCostUnknown${without}`) }
  }
}

function visitsOf(
  recordings: readonly MurmurRecording[],
  scores: readonly RecordingScores[],
  costsOf: (subject: string) => ChildCosts,
): Visit[] {
  return grouped(recordings, ({ visit }) => visit).map(([, members]) => {
    const first = recordings[members[0] ?? 0]
    if (first === undefined) throw new Error('a visit has a recording')
    const { subject, murmur, ageGroup, sex } = first
    const probabilities = childProbabilities(members.map((index) => scores[index]?.murmur ?? []))
    const called = callMurmur(probabilities, costsOf(subject))
    return { subject, truth: murmur, called, present: probabilities[0] ?? NaN, ageGroup, sex }
  })
}

function byVisit(
  visits: readonly Visit[],
  simple: { weightedAccuracy: number; auroc: number } | undefined,
): FigureRow[] {
  const subjects = visits.map(({ subject }) => subject)
  const at = (indices: readonly number[]): Visit[] => indices.flatMap((index) => visits[index] ?? [])
  const accuracy: Measure = (indices) => {
    const some = at(indices)
    return weightedAccuracy(
      some.map(({ truth }) => truth),
      some.map(({ called }) => called),
    )
  }
  const ranking: Measure = (indices) => {
    const known = at(indices).filter(({ truth }) => truth !== 'unknown')
    return auroc(
      known.map(({ truth }) => truth === 'present'),
      known.map(({ present }) => present),
    )
  }
  const isKnown = (index: number): boolean => visits[index]?.truth !== 'unknown'
  const pair = (group: string, cases: readonly number[], keyed: boolean): FigureRow[] => [
    row('weighted accuracy by child visit', group, figureOf(cases, subjects, accuracy), {
      key: keyed ? 'circor.weightedAccuracy' : null,
      simple: keyed ? (simple?.weightedAccuracy ?? null) : null,
    }),
    row(
      'AUROC murmur present against absent by child visit',
      group,
      figureOf(cases.filter(isKnown), subjects, ranking),
      {
        key: keyed ? 'circor.auroc' : null,
        simple: keyed ? (simple?.auroc ?? null) : null,
      },
    ),
  ]
  const right: Measure = (indices) => {
    const some = at(indices)
    return some.filter(({ truth, called }) => truth === called).length / some.length
  }
  return [
    ...pair('all', [...visits.keys()], true),
    ...MURMUR_CLASSES.map((murmur) =>
      row(
        `share called rightly, murmur ${murmur}`,
        'all',
        figureOf(
          where(visits, ({ truth }) => truth === murmur),
          subjects,
          right,
        ),
      ),
    ),
    ...grouped(visits, ({ sex }) => sex).flatMap(([sex, cases]) => pair(`sex ${sex}`, cases, false)),
    ...grouped(visits, ({ ageGroup }) => ageGroup).flatMap(([age, cases]) => pair(`age ${age}`, cases, false)),
  ]
}

/** A murmur is heard at some sites of a child: a window of a site without it is one without a murmur. */
function windowsOf(recordings: readonly MurmurRecording[], scores: readonly RecordingScores[]): Window[] {
  return recordings.flatMap(({ subject, murmur, heardHere, site }, index) => {
    const truth = murmur === 'present' && heardHere === false ? 'absent' : murmur
    const windows = scores[index]?.murmur ?? []
    return windows.map((logits) => ({ subject, truth, present: softmax(logits)[0] ?? NaN, site }))
  })
}

function byWindow(windows: readonly Window[]): FigureRow[] {
  const subjects = windows.map(({ subject }) => subject)
  const over =
    (measure: (present: boolean[], probabilities: number[]) => number): Measure =>
    (indices) => {
      const some = indices.flatMap((index) => windows[index] ?? [])
      return measure(
        some.map(({ truth }) => truth === 'present'),
        some.map(({ present }) => present),
      )
    }
  const all = [...windows.keys()]
  const known = all.filter((index) => windows[index]?.truth !== 'unknown')
  const bySite = grouped(windows, ({ site }) => SITES[site] ?? 'other')
  return [
    row('AUROC murmur present against absent by window of 10 s', 'all', figureOf(known, subjects, over(auroc))),
    ...bySite.map(([site, cases]) => {
      const heard = cases.filter((index) => windows[index]?.truth !== 'unknown')
      return row(
        'AUROC murmur present against absent by window of 10 s',
        `site ${site}`,
        figureOf(heard, subjects, over(auroc)),
      )
    }),
    row(
      'calibration error of murmur present by window of 10 s',
      'all',
      figureOf(all, subjects, over(calibrationError)),
    ),
    row('Brier score of murmur present by window of 10 s', 'all', figureOf(all, subjects, over(brierScore))),
  ]
}

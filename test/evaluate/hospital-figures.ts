import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { decisionsOf, meanAccuracy, sensitivity, specificity } from './decisions.ts'
import type { EvaluationData, Figure, FigureRow } from './evaluation.ts'
import { figureOf, grouped, row, where, type Measure } from './heart-sound-figure.ts'
import type { HospitalRecording } from './heart-sound-recordings.ts'
import { mean, scoreRecording } from './heart-sound-scores.ts'

/** A recording as it was heard by a model that knows its hospital (has other recordings of it), or by one that does not. */
interface Heard {
  subject: string
  hospital: string
  isAbnormal: boolean
  isGoodQuality: boolean
  /** mean log odds of abnormal over the windows */
  score: number
}

type Domain = 'inDomain' | 'outOfDomain'

const NO_PERSONS = 'the data name no persons: the interval is by recording and too narrow'
/** Gradient boosting of hand-made features on the same recordings, told by how many they are. */
const SIMPLE: Record<Domain, Record<number, number>> = {
  inDomain: { 1320: 0.925, 455: 0.953 },
  outOfDomain: { 200: 0.502 },
}
const SIMPLE_AUROC: Record<string, number> = { a: 0.73, b: 0.56, e: 0.46 }

/** PhysioNet/CinC 2016: mean of sensitivity and specificity where the hospital is known, and where it is not. */
export async function hospitalFigures(
  { models, isDev }: EvaluationData,
  recordings: readonly HospitalRecording[],
): Promise<FigureRow[]> {
  if (recordings.length === 0) return []
  const hear = async (some: readonly HospitalRecording[], domain: Domain, withoutHeart = false): Promise<Heard[]> => {
    const heard: Heard[] = []
    for (const { path, subject, hospital, isAbnormal, isGoodQuality } of some) {
      const other = isDev && domain === 'outOfDomain'
      const file = other ? `held-out/without-${hospital}.onnx.gz` : models.fileFor(subject, isDev)
      const { abnormal } = await scoreRecording(models, file, path, { withoutHeart })
      heard.push({ subject, hospital, isAbnormal, isGoodQuality, score: mean(abnormal) })
    }
    return heard
  }
  const of = (kind: string): readonly HospitalRecording[] =>
    isDev ? recordings : recordings.filter(({ holdoutKind }) => holdoutKind === kind)
  const known = await hear(of('in_domain'), 'inDomain')
  const unknown = await hear(of('out_of_domain'), 'outOfDomain')
  const shuffled = await hear(of('in_domain'), 'inDomain', true)
  return [
    ...domainFigures(unknown, 'outOfDomain', 'hospital not known', isDev),
    ...domainFigures(known, 'inDomain', 'hospital known', isDev),
    row(
      'AUROC abnormal with the heart taken out (pieces of 20 ms shuffled)',
      'hospital known',
      figure(shuffled, [...shuffled.keys()], ranking(shuffled)),
      { note: '0.5: nothing but the heart is listened to' },
    ),
    row('share of the skill (AUROC above 0.5) that is left in a hospital not known', 'all', survival(known, unknown)),
  ]
}

function domainFigures(heard: readonly Heard[], domain: Domain, group: string, isDev: boolean): FigureRow[] {
  if (heard.length === 0) return []
  const all = [...heard.keys()]
  const hospitals = grouped(heard, ({ hospital }) => hospital)
  const over = (measure: Measure, cases: readonly number[] = all): Figure => figure(heard, cases, measure)
  const good = where(heard, ({ isGoodQuality }) => isGoodQuality)
  const probability = ({ score }: Heard): number => 1 / (1 + Math.exp(-score))
  const calibrated =
    (measure: (happened: boolean[], probabilities: number[]) => number): Measure =>
    (indices) => {
      const some = indices.flatMap((index) => heard[index] ?? [])
      return measure(
        some.map(({ isAbnormal }) => isAbnormal),
        some.map(probability),
      )
    }
  return [
    row('mean of sensitivity and specificity, abnormal', group, over(accuracy(heard)), {
      key: `cinc2016.${domain}.macc`,
      simple: SIMPLE[domain][heard.length] ?? null,
      note: NO_PERSONS,
    }),
    row('AUROC abnormal', group, over(ranking(heard)), { key: `cinc2016.${domain}.auroc` }),
    row('sensitivity, abnormal', group, over(accuracy(heard, sensitivity))),
    row('specificity, abnormal', group, over(accuracy(heard, specificity))),
    row('mean of sensitivity and specificity, abnormal', `${group}, good signal`, over(accuracy(heard), good)),
    ...hospitals.flatMap(([hospital, cases]) => [
      row('mean of sensitivity and specificity, abnormal', `${group}: ${hospital}`, over(accuracy(heard), cases)),
      row('AUROC abnormal', `${group}: ${hospital}`, over(ranking(heard), cases), {
        simple: isDev && domain === 'outOfDomain' ? (SIMPLE_AUROC[hospital] ?? null) : null,
      }),
    ]),
    row('calibration error of abnormal', group, over(calibrated(calibrationError)), {
      note: 'the probability is for a ward where half are abnormal',
    }),
    row('Brier score of abnormal', group, over(calibrated(brierScore))),
  ]
}

function figure(heard: readonly Heard[], cases: readonly number[], measure: Measure): Figure {
  return figureOf(
    cases,
    heard.map(({ subject }) => subject),
    measure,
  )
}

function accuracy(heard: readonly Heard[], measure = meanAccuracy): Measure {
  return (indices) => {
    const some = indices.flatMap((index) => heard[index] ?? [])
    return measure(
      decisionsOf(
        some.map(({ isAbnormal }) => isAbnormal),
        some.map(({ score }) => score > 0),
      ),
    )
  }
}

function ranking(heard: readonly Heard[]): Measure {
  return (indices) => {
    const some = indices.flatMap((index) => heard[index] ?? [])
    return auroc(
      some.map(({ isAbnormal }) => isAbnormal),
      some.map(({ score }) => score),
    )
  }
}

/** What is left of the ranking within a hospital, averaged over hospitals, where the hospital is not known. */
function survival(known: readonly Heard[], unknown: readonly Heard[]): Figure {
  const both = [
    ...known.map((one) => ({ ...one, isKnown: true })),
    ...unknown.map((one) => ({ ...one, isKnown: false })),
  ]
  const skill = (some: readonly Heard[]): number =>
    mean(grouped(some, ({ hospital }) => hospital).map(([, cases]) => ranking(some)(cases))) - 0.5
  const share: Measure = (indices) => {
    const some = indices.flatMap((index) => both[index] ?? [])
    return skill(some.filter(({ isKnown }) => !isKnown)) / skill(some.filter(({ isKnown }) => isKnown))
  }
  return figureOf(
    [...both.keys()],
    both.map(({ subject }) => subject),
    share,
  )
}

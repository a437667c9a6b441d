import { join } from 'node:path'
import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { HOURS, readStaysAtHours, type StayAtHour } from './eicu-stays.ts'
import type { Evaluation, EvaluationData, FigureRow } from './evaluation.ts'
import { intervalOf } from './interval.ts'
import { readAdmissions } from './mimic-admissions.ts'
import { ANSWER_NAMES, ANSWERS, answersFor, NOTES_MODEL, type Answer } from './note-answers.ts'

const KEY = 'eicu.death'
const KEYS: Record<Answer, string> = {
  with_vitals: 'textAndVitals',
  probabilities: 'text',
  vitals: 'vitals',
  vitals_and_context: 'vitalsAndContext',
  transformer_with_vitals: 'transformer',
  transformer: 'transformerAlone',
  bag_of_words_with_vitals: 'bagOfWords',
  bag_of_words: 'bagOfWordsAlone',
}
/** Fewer deaths than this, and a group has no figure of its own. */
const FEWEST_DEATHS = 8

/**
 * Death in hospital of the eICU demo's stays that have text, scored at the end of hours 6, 12 and 24 in the unit from what had been entered
 * by then. Intervals draw patients with all their stays and hours. Beside it the MIMIC-III demo, another hospital that no model has seen:
 * the few words of the admission's diagnosis.
 */
export const notes: Evaluation = {
  name: 'notes',
  async run(data, say) {
    return [...(await ofStays(data, say)), ...(await ofAdmissions(data))]
  },
}

async function ofStays({ folder, isDev, models }: EvaluationData, say: (line: string) => void): Promise<FigureRow[]> {
  const all = await readStaysAtHours(join(folder, 'vitals', 'eicu_demo'))
  if (all === null) return []
  const stays = all.filter(({ problems, notes: written }) => problems.length + written.length > 0)
  say(`${stays.length} of ${all.length} stays at an hour have text`)
  const died = await answersFor(models, stays, ({ subject }) => models.fileFor(subject, isDev))
  return [
    ...mainRows(
      new Scored({
        group: 'all',
        subjects: stays.map(({ subject }) => subject),
        happened: stays.map((stay) => stay.died),
        died,
      }),
    ),
    ...groupRows(stays, died),
  ]
}

async function ofAdmissions({ folder, models }: EvaluationData): Promise<FigureRow[]> {
  const all = await readAdmissions(join(folder, 'vitals', 'mimic3_demo'))
  if (all === null) return []
  const admissions = all
    .filter(({ diagnosis }) => diagnosis !== '')
    .map((admission) => ({ ...admission, problems: [admission.diagnosis], notes: [], vitals: null }))
  const died = await answersFor(models, admissions, () => 'model.onnx')
  const scored = new Scored({
    group: 'MIMIC-III demo',
    subjects: admissions.map(({ subject }) => subject),
    happened: admissions.map(({ diedInHospital }) => diedInHospital),
    died,
  })
  const note = 'another hospital; all of its patients died within years'
  return [
    scored.row(
      'AUROC of death in hospital, diagnosis at admission, age and sex',
      auroc,
      ['probabilities'],
      'mimic3.death.text.auroc',
      null,
      note,
    ),
  ]
}

type OfTwo = (happened: readonly boolean[], probabilities: readonly number[]) => number

/** A group of people with what happened to them and what the answers said. */
interface People {
  group: string
  subjects: readonly string[]
  happened: readonly boolean[]
  died: Record<Answer, ArrayLike<number>>
}

class Scored {
  readonly #people: People

  constructor(people: People) {
    this.#people = people
  }

  value(measure: OfTwo, answer: Answer, drawn: readonly number[] = [...this.#people.happened.keys()]): number {
    return measure(
      drawn.map((index) => this.#people.happened[index] === true),
      drawn.map((index) => this.#people.died[answer][index] ?? NaN),
    )
  }

  /** Of one answer; of two: the first one's figure minus the second's, the same people drawn for both. */
  row(
    name: string,
    measure: OfTwo,
    [answer, less]: readonly [Answer, Answer?],
    key: string | null,
    simple: number | null = null,
    note?: string,
  ): FigureRow {
    const of = (drawn?: readonly number[]): number =>
      this.value(measure, answer, drawn) - (less === undefined ? 0 : this.value(measure, less, drawn))
    const { low95, high95 } = intervalOf(this.#people.subjects, of)
    const figure = { value: of(), interval95: [low95, high95] as const, n: this.#people.happened.length }
    const line = { model: NOTES_MODEL, measure: name, group: this.#people.group, key, figure, simple }
    return note === undefined ? line : { ...line, note }
  }
}

function mainRows(scored: Scored): FigureRow[] {
  const simple = scored.value(auroc, 'bag_of_words_with_vitals')
  const note = 'simple model: bag of words and vital signs'
  return [
    ...ANSWER_NAMES.flatMap((answer) => {
      const [against, said] = answer === 'with_vitals' ? ([simple, note] as const) : ([null, undefined] as const)
      const name = `AUROC of death in hospital, ${ANSWERS[answer]}`
      return [
        scored.row(name, auroc, [answer], `${KEY}.${KEYS[answer]}.auroc`, against, said),
        scored.row(`log loss, ${ANSWERS[answer]}`, logLoss, [answer], `${KEY}.${KEYS[answer]}.logLoss`),
      ]
    }),
    ...(
      [
        ['text, age and sex over vital signs', 'with_vitals', 'vitals', 'gain'],
        ['text over vital signs, age and sex', 'with_vitals', 'vitals_and_context', 'gainOfText'],
        [
          'the transformer over the bag of words',
          'transformer_with_vitals',
          'bag_of_words_with_vitals',
          'gainOfTransformer',
        ],
        ['both over the bag of words', 'with_vitals', 'bag_of_words_with_vitals', 'gainOverBagOfWords'],
      ] as const
    ).flatMap(([who, more, less, key]) => [
      scored.row(`AUROC gained by ${who}`, auroc, [more, less], `${KEY}.${key}.auroc`),
      scored.row(`log loss spared by ${who}`, logLoss, [less, more], `${KEY}.${key}.logLoss`),
    ]),
    ...(['with_vitals', 'probabilities'] as const).flatMap((answer) => [
      scored.row(
        `expected calibration error, ${ANSWERS[answer]}`,
        calibrationError,
        [answer],
        `${KEY}.${KEYS[answer]}.ece`,
      ),
      scored.row(`Brier score, ${ANSWERS[answer]}`, brierScore, [answer], `${KEY}.${KEYS[answer]}.brier`),
    ]),
  ]
}

function groupRows(stays: readonly StayAtHour[], died: Record<Answer, Float64Array>): FigureRow[] {
  const groups: readonly (readonly [string, (stay: StayAtHour) => boolean])[] = [
    ...HOURS.map((hour) => [`hour ${hour}`, (stay: StayAtHour) => stay.hour === hour] as const),
    ...(['female', 'male'] as const).map((sex) => [`sex ${sex}`, (stay: StayAtHour) => stay.sex === sex] as const),
    ['age below 60', ({ ageYears }) => ageYears < 60],
    ['age 60-74', ({ ageYears }) => ageYears >= 60 && ageYears < 75],
    ['age 75 and above', ({ ageYears }) => ageYears >= 75],
    ...['Midwest', 'Northeast', 'South', 'West'].map(
      (region) => [`region ${region}`, (stay: StayAtHour) => stay.region === region] as const,
    ),
    ...['<100', '100 - 249', '250 - 499', '>= 500'].map(
      (beds) => [`hospital of ${beds.replaceAll(' ', '')} beds`, (stay: StayAtHour) => stay.beds === beds] as const,
    ),
  ]
  return groups.flatMap(([group, belongs]) => {
    const those = [...stays.entries()].filter(([, stay]) => belongs(stay))
    if (those.filter(([, stay]) => stay.died).length < FEWEST_DEATHS) return []
    const scored = new Scored({
      group,
      subjects: those.map(([, { subject }]) => subject),
      happened: those.map(([, stay]) => stay.died),
      died: Object.fromEntries(
        ANSWER_NAMES.map((answer) => [answer, those.map(([index]) => died[answer][index] ?? NaN)]),
      ) as Record<Answer, number[]>,
    })
    const note = 'simple model: vital signs alone'
    const simple = scored.value(auroc, 'vitals')
    return [
      scored.row(`AUROC of death in hospital, ${ANSWERS.with_vitals}`, auroc, ['with_vitals'], null, simple, note),
      scored.row('AUROC gained by text, age and sex over vital signs', auroc, ['with_vitals', 'vitals'], null),
      scored.row(`AUROC of death in hospital, ${ANSWERS.probabilities}`, auroc, ['probabilities'], null),
    ]
  })
}

/** Mean surprise, in nats. */
function logLoss(happened: readonly boolean[], probabilities: readonly number[]): number {
  const surprises = happened.map(
    (did, at) => -Math.log(did ? (probabilities[at] ?? NaN) : 1 - (probabilities[at] ?? NaN)),
  )
  return surprises.reduce((sum, surprise) => sum + surprise, 0) / happened.length
}

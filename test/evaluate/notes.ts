import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { NOTE_LENGTH, noteContext, noteTokens, WordPieces } from '../../src/predict/note-tokens.ts'
import { tensor, type Tensors } from '../../src/predict/tensor.ts'
import { auroc } from './auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { HOURS, readStaysAtHours, type StayAtHour } from './eicu-stays.ts'
import { VITAL_SUMMARIES } from './eicu-vitals.ts'
import type { Evaluation, EvaluationData, FigureRow } from './evaluation.ts'
import { intervalOf } from './interval.ts'

const MODEL = 'notes-context'
const BATCH = 64
/** Fewer deaths than this, and a group has no figure of its own. */
const FEWEST_DEATHS = 8

/** Outputs of the model, and what each is called in a table. */
const ANSWERS = {
  with_vitals: 'text, age, sex and vital signs',
  probabilities: 'text, age and sex',
  vitals: 'vital signs',
  vitals_and_context: 'vital signs, age and sex',
  bag_of_words_with_vitals: 'bag of words, age, sex and vital signs',
  bag_of_words: 'bag of words, age and sex',
} as const
type Answer = keyof typeof ANSWERS

interface Scored {
  stays: readonly StayAtHour[]
  /** Probability of death in hospital, by answer. */
  died: Record<Answer, Float64Array>
}

/**
 * Death in hospital of the eICU demo's stays that have text, scored at the end of hours 6, 12 and 24 in the unit from what had been entered
 * by then. The interval draws patients with all their stays and hours.
 */
export const notes: Evaluation = {
  name: 'notes',
  async run(data, say) {
    const all = await readStaysAtHours(join(data.folder, 'vitals', 'eicu_demo'))
    if (all === null) return []
    const stays = all.filter(({ problems, notes }) => problems.length + notes.length > 0)
    say(`${stays.length} of ${all.length} stays at an hour have text`)
    const scored = await score(stays, data)
    return [...main(scored), ...byGroup(scored)]
  },
}

async function score(stays: readonly StayAtHour[], { models, isDev }: EvaluationData): Promise<Scored> {
  const pieces = new WordPieces(await readFile(join(PACKAGE_ROOT, 'models', MODEL, 'vocabulary.txt'), 'utf8'))
  const died = Object.fromEntries(
    Object.keys(ANSWERS).map((answer) => [answer, new Float64Array(stays.length)]),
  ) as Scored['died']
  const byFile = new Map<string, number[]>()
  stays.forEach(({ subject }, index) => {
    const file = models.fileFor(subject, isDev)
    byFile.set(file, [...(byFile.get(file) ?? []), index])
  })
  for (const [file, indices] of byFile)
    for (let from = 0; from < indices.length; from += BATCH) {
      const batch = indices.slice(from, from + BATCH)
      const outputs = await models.run(MODEL, file, inputsOf(pieces, batch.map((index) => stays[index]).filter(isStay)))
      for (const answer of Object.keys(ANSWERS) as Answer[])
        for (const [row, index] of batch.entries()) died[answer][index] = outputs[answer]?.data[row * 2] ?? NaN
    }
  return { stays, died }
}

function isStay(stay: StayAtHour | undefined): stay is StayAtHour {
  return stay !== undefined
}

function inputsOf(pieces: WordPieces, stays: readonly StayAtHour[]): Tensors {
  const rows = stays.map(({ problems, notes, ageYears, sex, vitals }) => {
    const [, male = NaN] = noteContext({ ageBand: '', sex })
    return {
      tokens: noteTokens(pieces, { diagnosis: problems.join('; '), notes: [...notes] }),
      context: Float32Array.of(ageYears, male),
      context_vitals: vitals,
    }
  })
  const joined = (name: 'tokens' | 'context' | 'context_vitals', length: number): Tensors[string] => {
    const all = new Float32Array(rows.length * length)
    rows.forEach((row, index) => all.set(row[name], index * length))
    return tensor([rows.length, length], all)
  }
  return {
    tokens: joined('tokens', NOTE_LENGTH),
    context: joined('context', 2),
    context_vitals: joined('context_vitals', VITAL_SUMMARIES),
  }
}

type Measure = (died: readonly boolean[], indices: readonly number[]) => number

function main({ stays, died }: Scored): FigureRow[] {
  const everyone = stays.map((_, index) => index)
  const row = figures(stays, everyone, 'all')
  const ranking =
    (answer: Answer): Measure =>
    (truth, indices) =>
      auroc(truth, pick(died[answer], indices))
  const loss =
    (answer: Answer): Measure =>
    (truth, indices) =>
      logLoss(truth, pick(died[answer], indices))
  const gain =
    (of: (answer: Answer) => Measure, more: Answer, less: Answer): Measure =>
    (truth, indices) =>
      of(more)(truth, indices) - of(less)(truth, indices)
  const keys: Record<Answer, string> = {
    with_vitals: 'textAndVitals',
    probabilities: 'text',
    vitals: 'vitals',
    vitals_and_context: 'vitalsAndContext',
    bag_of_words_with_vitals: 'bagOfWords',
    bag_of_words: 'bagOfWordsAlone',
  }
  const simple = ranking('bag_of_words_with_vitals')(truthOf(stays, everyone), everyone)
  const key = 'eicu.death'
  return [
    ...(Object.keys(ANSWERS) as Answer[]).flatMap((answer) => [
      row(
        `AUROC of death in hospital, ${ANSWERS[answer]}`,
        ranking(answer),
        `${key}.${keys[answer]}.auroc`,
        answer === 'with_vitals' ? simple : null,
      ),
      row(`log loss, ${ANSWERS[answer]}`, loss(answer), `${key}.${keys[answer]}.logLoss`),
    ]),
    row(
      'AUROC gained by text, age and sex over vital signs alone',
      gain(ranking, 'with_vitals', 'vitals'),
      `${key}.gain.auroc`,
    ),
    row(
      'log loss less by text, age and sex than vital signs alone',
      gain(loss, 'vitals', 'with_vitals'),
      `${key}.gain.logLoss`,
    ),
    row(
      'AUROC gained by text over vital signs, age and sex',
      gain(ranking, 'with_vitals', 'vitals_and_context'),
      `${key}.gainOfText.auroc`,
    ),
    row('log loss less by text', gain(loss, 'vitals_and_context', 'with_vitals'), `${key}.gainOfText.logLoss`),
    row(
      'AUROC, transformer minus bag of words, both with age, sex and vital signs',
      gain(ranking, 'with_vitals', 'bag_of_words_with_vitals'),
      `${key}.gainOverBagOfWords.auroc`,
    ),
    ...(['with_vitals', 'probabilities'] as const).flatMap((answer) => [
      row(
        `expected calibration error, ${ANSWERS[answer]}`,
        (truth, indices) => calibrationError(truth, pick(died[answer], indices)),
        `${key}.${keys[answer]}.ece`,
      ),
      row(
        `Brier score, ${ANSWERS[answer]}`,
        (truth, indices) => brierScore(truth, pick(died[answer], indices)),
        `${key}.${keys[answer]}.brier`,
      ),
    ]),
  ]
}

function byGroup({ stays, died }: Scored): FigureRow[] {
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
  return groups.flatMap(([name, belongs]) => {
    const indices = [...stays.keys()].filter((index) => {
      const stay = stays[index]
      return stay !== undefined && belongs(stay)
    })
    const truth = truthOf(stays, indices)
    const deaths = truth.filter(Boolean).length
    if (deaths < FEWEST_DEATHS || deaths === truth.length) return []
    const row = figures(stays, indices, name)
    const ranking =
      (answer: Answer): Measure =>
      (died_, drawn) =>
        auroc(died_, pick(died[answer], drawn))
    const simple = ranking('vitals')(truth, indices)
    return [
      row(
        `AUROC of death in hospital, ${ANSWERS.with_vitals}`,
        ranking('with_vitals'),
        null,
        simple,
        'simple model: vital signs alone',
      ),
      row(
        'AUROC gained by text, age and sex over vital signs alone',
        (died_, drawn) => ranking('with_vitals')(died_, drawn) - ranking('vitals')(died_, drawn),
        null,
      ),
      row(`AUROC of death in hospital, ${ANSWERS.probabilities}`, ranking('probabilities'), null),
    ]
  })
}

/** Lines about one group of stays. */
function figures(stays: readonly StayAtHour[], indices: readonly number[], group: string) {
  const subjects = indices.map((index) => stays[index]?.subject ?? '')
  const of = (measure: Measure, drawn: readonly number[]): number => measure(truthOf(stays, drawn), drawn)
  return (
    name: string,
    measure: Measure,
    key: string | null,
    simple: number | null = null,
    note?: string,
  ): FigureRow => {
    const { low95, high95 } = intervalOf(subjects, (drawn) =>
      of(
        measure,
        drawn.map((at) => indices[at] ?? NaN),
      ),
    )
    const figure = { value: of(measure, indices), interval95: [low95, high95] as const, n: indices.length }
    const line = { model: MODEL, measure: name, group, key, figure, simple }
    return note === undefined ? line : { ...line, note }
  }
}

function truthOf(stays: readonly StayAtHour[], indices: readonly number[]): boolean[] {
  return indices.map((index) => stays[index]?.died === true)
}

function pick(values: Float64Array, indices: readonly number[]): number[] {
  return indices.map((index) => values[index] ?? NaN)
}

/** Mean surprise, in nats. */
function logLoss(happened: readonly boolean[], probabilities: readonly number[]): number {
  return -happened.reduce((sum, did, at) => {
    const p = probabilities[at] ?? NaN
    return sum + Math.log(did ? p : 1 - p) / happened.length
  }, 0)
}

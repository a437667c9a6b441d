import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { NOTE_LENGTH, noteTokens, WordPieces } from '../../src/predict/note-tokens.ts'
import { aboutPerson } from '../../src/predict/person.ts'
import { tensor, type Tensors } from '../../src/predict/tensor.ts'
import type { Sex } from '../../src/records.ts'
import { VITAL_SUMMARIES } from './eicu-vitals.ts'
import type { ScoringModels } from './scoring-models.ts'

export const NOTES_MODEL = 'notes-context'
const BATCH = 64

/** Outputs of the model, and what each is called in a table. */
export const ANSWERS = {
  with_vitals: 'text, age, sex and vital signs',
  probabilities: 'text, age and sex',
  vitals: 'vital signs',
  vitals_and_context: 'vital signs, age and sex',
  transformer_with_vitals: 'text by the transformer alone, age, sex and vital signs',
  transformer: 'text by the transformer alone, age and sex',
  bag_of_words_with_vitals: 'text as a bag of words, age, sex and vital signs',
  bag_of_words: 'text as a bag of words, age and sex',
} as const
export type Answer = keyof typeof ANSWERS
export const ANSWER_NAMES = Object.keys(ANSWERS) as Answer[]

export interface Person {
  ageYears: number
  sex: Sex
  problems: readonly string[]
  notes: readonly string[]
  /** of eicu-vitals.ts; null: none known */
  vitals: Float32Array | null
}

/** Probability of death in hospital of each person, by answer; `fileOf` says which file may score him. */
export async function answersFor<Whom extends Person>(
  models: ScoringModels,
  people: readonly Whom[],
  fileOf: (person: Whom) => string,
): Promise<Record<Answer, Float64Array>> {
  const pieces = new WordPieces(await readFile(join(PACKAGE_ROOT, 'models', NOTES_MODEL, 'vocabulary.txt'), 'utf8'))
  const died = Object.fromEntries(ANSWER_NAMES.map((answer) => [answer, new Float64Array(people.length)])) as Record<
    Answer,
    Float64Array
  >
  const byFile = new Map<string, (readonly [index: number, person: Whom])[]>()
  for (const [index, person] of people.entries()) {
    const file = fileOf(person)
    const those = byFile.get(file)
    if (those === undefined) byFile.set(file, [[index, person]])
    else those.push([index, person])
  }
  for (const [file, those] of byFile)
    for (let from = 0; from < those.length; from += BATCH) {
      const batch = those.slice(from, from + BATCH)
      const inputs = noteInputs(
        pieces,
        batch.map(([, person]) => person),
      )
      const outputs = await models.run(NOTES_MODEL, file, inputs)
      for (const answer of ANSWER_NAMES)
        for (const [row, [index]] of batch.entries()) died[answer][index] = outputs[answer]?.data[row * 2] ?? NaN
    }
  return died
}

export function noteInputs(pieces: WordPieces, people: readonly Person[]): Tensors {
  const joined = (length: number, of: (person: Person) => Float32Array): Tensors[string] => {
    const all = new Float32Array(people.length * length)
    people.forEach((person, row) => all.set(of(person), row * length))
    return tensor([people.length, length], all)
  }
  return {
    tokens: joined(NOTE_LENGTH, ({ problems, notes }) =>
      noteTokens(pieces, { diagnosis: problems.join('; '), notes: [...notes] }),
    ),
    context: joined(2, ({ ageYears, sex }) => {
      const [, male = NaN] = aboutPerson({ ageBand: '', sex })
      return Float32Array.of(ageYears, male)
    }),
    context_vitals: joined(
      VITAL_SUMMARIES,
      ({ vitals }) => vitals ?? Float32Array.from({ length: VITAL_SUMMARIES }, () => NaN),
    ),
  }
}

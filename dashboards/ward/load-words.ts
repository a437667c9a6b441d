import type { NurseLoad } from '../../src/watch/alarm-load.ts'
import { ageWords } from './staleness.ts'

const LOAD_WORDS = {
  acceptable: 'acceptable',
  manageable: 'about the most',
  too_many: 'too many',
} as const satisfies Record<NonNullable<NurseLoad['load']>, string>

/** 6.5 an hour: about the most; what one person can take is said below the table. */
export function rateWords({ perHour, load }: Pick<NurseLoad, 'perHour' | 'load'>): { rate: string; words: string } {
  if (perHour === null || load === null) return { rate: '–', words: 'not known yet' }
  return { rate: perHour.toFixed(1), words: LOAD_WORDS[load] }
}

/** How long the first answer takes, in the middle. */
export function answerWordsOf({ answered, medianAnswerMs }: Pick<NurseLoad, 'answered' | 'medianAnswerMs'>): string {
  return medianAnswerMs === null ? 'none answered' : `${ageWords(medianAnswerMs / 1_000)} (${answered})`
}

export function longestWords({ longestMs, open }: Pick<NurseLoad, 'longestMs' | 'open'>): string {
  if (longestMs === null) return '–'
  return `${ageWords(longestMs / 1_000)}${open ? ', still open' : ''}`
}

/** The bars as a sentence, for who hears the screen: the newest last. */
export function stepsWords({ steps }: Pick<NurseLoad, 'steps'>, minutes: number): string {
  return `Alarms in each ${minutes} minutes, oldest first: ${steps.join(', ')}`
}

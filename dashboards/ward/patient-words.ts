import { type PatientContext } from '../../src/records.ts'

const SEX_LETTER = { female: 'F', male: 'M', other: 'X', unknown: '' } as const

/** Age band, sex and diagnosis in one line. */
export function patientWords(context: PatientContext | null): string {
  if (context === null) return ''
  const person = [context.ageBand, SEX_LETTER[context.sex]].filter((part) => part !== '').join(' ')
  return [person, context.diagnosis].filter((part) => part !== '').join(' · ')
}

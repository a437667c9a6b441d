import type { PatientContext } from '../../src/records.ts'

const SEX_LETTER = { female: 'F', male: 'M', other: 'X', unknown: '' } as const

/** Age band and sex: what must be readable whatever the room. */
export function personWords(context: PatientContext | null): string {
  if (context === null) return ''
  return [context.ageBand, SEX_LETTER[context.sex]].filter((part) => part !== '').join(' ')
}

/** Age band, sex and diagnosis in one line. */
export function patientWords(context: PatientContext | null): string {
  return [personWords(context), context?.diagnosis ?? ''].filter((part) => part !== '').join(' · ')
}

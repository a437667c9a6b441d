import type { PatientContext } from '../records.ts'

export const PERSON_LENGTH = 2

/** [2]: completed years of age, for which the middle of a band stands, and 1 for male, 0 for female; NaN: not known. */
export function aboutPerson({ ageBand, sex }: Pick<PatientContext, 'ageBand' | 'sex'>): Float32Array {
  return Float32Array.of(yearsOf(ageBand), sex === 'male' ? 1 : sex === 'female' ? 0 : NaN)
}

/** Of 60-69, 60, or 90+; a band of months or days is no age of an adult. */
function yearsOf(ageBand: string): number {
  if (!/^\s*\d+\s*(\+|[-–]\s*\d+)?\s*(y|years)?\s*$/.test(ageBand)) return NaN
  const [low = NaN, high = low] = (ageBand.match(/\d+/g) ?? []).map(Number)
  return (low + high) / 2
}

import { createHash } from 'node:crypto'

/** The same alert has the same id at every reading of the log: 32 hexadecimal digits of SHA-256. */
export function alertIdOf(patientId: string, condition: string, onsetTimeMs: number): string {
  return createHash('sha256').update(`${patientId}|${condition}|${onsetTimeMs}`).digest('hex').slice(0, 32)
}

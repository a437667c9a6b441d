import { ageWords } from '../ward/staleness.ts'
import { timeOfDay } from '../ward/time-of-day.ts'

/** So long before its end a session says so: enough to finish what is being done, and to sign in again. */
const SAID_BEFORE_MS = 600_000

/** When a session ends whatever is done, as it is said before; null while that is far, or never. */
export function sessionEndWords(latestEndMs: number | null, nowMs: number): { at: string; left: string } | null {
  if (latestEndMs === null || latestEndMs - nowMs > SAID_BEFORE_MS) return null
  const left = latestEndMs <= nowMs ? 'now' : `in ${ageWords((latestEndMs - nowMs) / 1_000)}`
  return { at: `This session ends at ${timeOfDay(latestEndMs)}.`, left }
}

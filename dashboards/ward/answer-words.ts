import type { AlertAnswer } from '../../src/records.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { timeOfDay } from './time-of-day.ts'
import { whoWords } from './who-words.ts'

const VERB = { accepted: 'Accepted', rejected: 'Rejected', escalated: 'Escalated' } as const

/** Who said what, when and why. */
export function answerWords({ kind, userId, atMs, reason }: AlertAnswer): string {
  return `${VERB[kind]} by ${whoWords(userId)} ${timeOfDay(atMs)}${reason === null ? '' : `: ${reason}`}`
}

/** Who has seen it, or sees to it. */
export function whoHas({ responsible, acknowledgedBy }: Pick<AlertView, 'responsible' | 'acknowledgedBy'>): string {
  if (responsible !== null) return `✓ ${whoWords(responsible)} sees to it`
  return `✓ seen by ${acknowledgedBy === null ? 'somebody' : whoWords(acknowledgedBy)}`
}

/** How far it has gone up, and whom that calls. */
export function levelWords({
  escalationLevel,
  escalatedTo,
}: Pick<AlertView, 'escalationLevel' | 'escalatedTo'>): string {
  return `▲ level ${escalationLevel}${escalatedTo === null ? '' : `: ${escalatedTo}`}`
}

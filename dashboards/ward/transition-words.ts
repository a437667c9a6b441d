import type { AlertView } from '../../src/watch/events.ts'
import { PRIORITY_WORD } from './alert-words.ts'
import { answerWords } from './answer-words.ts'
import { whoWords } from './who-words.ts'

type Told = Pick<
  AlertView,
  'transition' | 'priority' | 'count' | 'acknowledgedBy' | 'escalationLevel' | 'label' | 'answer' | 'eventTimeMs'
>

/** What happened to an alert, as a person tells it; who did it where a person did. */
export function transitionWords(told: Told): string {
  const { transition, priority, count, acknowledgedBy, escalationLevel, label, answer, eventTimeMs } = told
  // An answer is kept until the next one: it is this transition's where it was given with it.
  if (answer !== null && answer.atMs === eventTimeMs) {
    if (transition === 'acknowledged') return answerWords(answer)
    if (transition === 'escalated') return `${answerWords(answer)}; level ${escalationLevel}`
  }
  switch (transition) {
    case 'raised':
      return `Raised, ${PRIORITY_WORD[priority].toLowerCase()} priority`
    case 'repeated':
      return `Came again, ${count} times by now`
    case 'priority_changed':
      return `Now ${PRIORITY_WORD[priority].toLowerCase()} priority`
    case 'condition_ended':
      return 'Ended, and nobody had answered it'
    case 'condition_returned':
      return 'Came back'
    case 'acknowledged':
      return `Acknowledged by ${whoWords(acknowledgedBy ?? 'somebody')}`
    case 'escalated':
      return `Escalated to level ${escalationLevel}`
    case 'audio_paused':
      return 'Audio paused'
    case 'audio_resumed':
      return 'Audio resumed'
    case 'labelled':
      return `Said to be: ${label ?? 'not said'}`
    case 'cleared':
      return 'Over'
  }
}

/** Who looked after the patient as the alert was raised. */
export function assignedThenWords({ assignedTo }: Pick<AlertView, 'assignedTo'>): string {
  return assignedTo === null
    ? 'Nobody was assigned as it was raised.'
    : `Assigned to ${whoWords(assignedTo)} as it was raised.`
}

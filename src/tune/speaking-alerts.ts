import type { AlarmKind } from '../predict/alarm-kind.ts'
import type { Answer } from '../predict/model-card.ts'

/** What a label of an alert says of an answer. `judged`: the alarms of which one must be in its window; null: whatever is in it. */
export interface Spoken {
  label: string
  judged: readonly AlarmKind[] | null
}

const ARRHYTHMIA_ALARM = 'arrhythmia alarm'
/** Right or wrong, as the screen asks; of an arrhythmia alarm that is what its model answers. */
const VERDICTS: Readonly<Record<string, string>> = { accepted: 'true', rejected: 'false' }
/** Of which conditions a word by itself is about the answer, and the alarms that such a condition is raised for. */
const ABOUT: Readonly<Record<string, Readonly<Record<string, readonly AlarmKind[] | null>>>> = {
  [ARRHYTHMIA_ALARM]: {
    'limit:hr:low': ['asystole', 'extreme_bradycardia'],
    'limit:hr:high': ['extreme_tachycardia'],
  },
  murmur: { 'risk:heart-sound': null },
  heart_sound: { 'risk:heart-sound': null },
}

/**
 * Which class of an answer a person named by labelling an alert; null: he spoke of something else. A class named with its finding ("murmur absent")
 * is about the patient, whatever the alert was. A class alone ("absent") is only of an alert about that finding: "true" of a desaturation says
 * that the alert was right, and nothing of an arrhythmia. "accepted" and "rejected" say whether an alert was right, which is an answer only
 * where a model was asked just that.
 */
export function spokenOf(alert: { condition: string; label: string }, answer: Answer): Spoken | null {
  const { finding, classes } = answer
  const word = plain(alert.label)
  const withFinding = classes.find((one) => word === `${plain(finding)} ${plain(one)}`)
  if (withFinding !== undefined) return { label: withFinding, judged: null }
  const judged = ABOUT[finding]?.[alert.condition]
  if (judged === undefined) return null
  const verdict = finding === ARRHYTHMIA_ALARM ? (VERDICTS[word] ?? word) : word
  const label = classes.find((one) => plain(one) === verdict)
  return label === undefined ? null : { label, judged }
}

function plain(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
}

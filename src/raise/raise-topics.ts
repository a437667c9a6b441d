import type { TopicName } from '../ingest/topics.ts'

/** What alarms are made of; commands first, then what is most urgent. */
export const RAISE_TOPICS = [
  'alert-commands',
  'vitals',
  'predictions',
  'patient-context',
] as const satisfies readonly TopicName[]
export const RAISE_GROUP = 'vigil-raise'

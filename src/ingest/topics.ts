import type {
  Alert,
  AlertCommand,
  AlertState,
  AuditEntry,
  DeadLetter,
  JoinState,
  LateReading,
  PatientContext,
  PcgChunk,
  Prediction,
  VideoFrame,
  VitalsReading,
} from '../records.ts'
import type { StageName } from '../stage.ts'

interface Topic {
  /** Avro record that travels on it. */
  record: string
  /** compact: only the newest record of a key is kept; a null value removes the key. */
  kept: 'delete' | 'compact'
  /** The one stage that sends what it cannot read to dead-letter; the others skip it. */
  deadLetteredBy: StageName
}

/** Every topic, once. All are keyed by patient (`audit`: or by person) and have the same number of partitions. */
export const TOPICS = {
  vitals: { record: 'VitalsReading', kept: 'delete', deadLetteredBy: 'join' },
  'heart-audio': { record: 'PcgChunk', kept: 'delete', deadLetteredBy: 'join' },
  'procedure-video': { record: 'VideoFrame', kept: 'delete', deadLetteredBy: 'join' },
  'patient-context': { record: 'PatientContext', kept: 'compact', deadLetteredBy: 'join' },
  'alert-commands': { record: 'AlertCommand', kept: 'delete', deadLetteredBy: 'raise' },
  predictions: { record: 'Prediction', kept: 'delete', deadLetteredBy: 'raise' },
  alerts: { record: 'Alert', kept: 'delete', deadLetteredBy: 'store' },
  'late-readings': { record: 'LateReading', kept: 'delete', deadLetteredBy: 'store' },
  'dead-letter': { record: 'DeadLetter', kept: 'delete', deadLetteredBy: 'store' },
  audit: { record: 'AuditEntry', kept: 'delete', deadLetteredBy: 'store' },
  'alert-state': { record: 'AlertState', kept: 'compact', deadLetteredBy: 'raise' },
  'join-state': { record: 'JoinState', kept: 'compact', deadLetteredBy: 'join' },
} as const satisfies Record<string, Topic>

export type TopicName = keyof typeof TOPICS
export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[]

/** The record type of each topic. */
export interface RecordOf {
  vitals: VitalsReading
  'heart-audio': PcgChunk
  'procedure-video': VideoFrame
  'patient-context': PatientContext
  'alert-commands': AlertCommand
  predictions: Prediction
  alerts: Alert
  'late-readings': LateReading
  'dead-letter': DeadLetter
  audit: AuditEntry
  'alert-state': AlertState
  'join-state': JoinState
}

// Generated from schemas/avro by `npm run generate`; do not edit.

/** What a person did about an alert or a bed, or what a watch process says of its screens. */
export interface AlertCommand {
  /** chosen by the sender; the same id twice is one command */
  commandId: string
  patientId: string
  /** who; of watched and unwatched, the process */
  userId: string
  issuedAtMs: number
  action: CommandAction
  /** acknowledge, accept, reject, escalate, label */
  alertId: string | null
  /** pause_audio */
  durationMs: number | null
  /** set_limit; leave_suggestion: the one that stays */
  limit: Limit | null
  /** label: accepted, rejected or a word of the site's own */
  label: string | null
  /** reject and escalate must have one; of set_limit, that it was suggested */
  reason: string | null
  /** assign: who is to look after the patient; null: nobody any more */
  assignee: string | null
}

/** What was done. watched and unwatched are said by a watch process of its screens; unknown: by a version that knows more. */
export const COMMAND_ACTION_VALUES = [
  'acknowledge',
  'pause_audio',
  'resume_audio',
  'set_limit',
  'label',
  'accept',
  'reject',
  'escalate',
  'assign',
  'leave_suggestion',
  'watched',
  'unwatched',
  'unknown',
] as const
export type CommandAction = (typeof COMMAND_ACTION_VALUES)[number]

/** An alarm limit of one numeric; null: none on that side. */
export interface Limit {
  code: string
  low: number | null
  high: number | null
  priority: Priority
  /** how long the value must stay outside before the condition holds */
  conditionDelayMs: number
}

/** How soon a person must act (IEC 60601-1-8). */
export const PRIORITY_VALUES = ['low', 'medium', 'high'] as const
export type Priority = (typeof PRIORITY_VALUES)[number]

/** All that raise knows of a patient after its last input; compacted by patient. */
export interface AlertState {
  patientId: string
  unitId: string
  bedId: string
  generationMode: GenerationMode
  bedSequence: number
  /** topic to the next offset; what lies before has been applied */
  appliedOffsets: Record<string, number>
  /** largest event time seen */
  streamTimeMs: number
  /** largest append time seen */
  appendTimeMs: number
  /** the last window whose prediction was applied */
  lastWindowStartMs: number | null
  audioPausedUntilMs: number | null
  /** set by a person; the unit's defaults hold for the rest */
  limits: Limit[]
  /** of the limits that a person set; one that was set before this was kept is not among them */
  limitChanges: LimitChange[]
  /** the newest ones */
  appliedCommandIds: string[]
  feeds: Record<string, FeedMemory>
  conditions: ConditionState[]
  /** encoded alerts of the last step; sent again after a crash */
  outbox: Buffer[]
  /** append time since when a watch process finds no screen that shows the bed's high alarm */
  unwatchedSinceMs: number | null
  /** by watch process: until when its word holds that a screen shows it */
  watchedUntilMs: Record<string, number>
  /** null: nobody is */
  assignment: Assignment | null
}

/** Whether a reading comes from a patient, a test or a demonstration (IEEE 11073-10207). */
export const GENERATION_MODE_VALUES = ['real', 'test', 'demo'] as const
export type GenerationMode = (typeof GENERATION_MODE_VALUES)[number]

/** Who set one of the limits, and when. */
export interface LimitChange {
  code: string
  priority: Priority
  userId: string
  /** append time of the command */
  atMs: number
}

/** What raise last saw of a feed. */
export interface FeedMemory {
  modality: Modality
  lastEventTimeMs: number
  lastAppendTimeMs: number
  clockOffsetMs: number
}

/** Which of the three streams. */
export const MODALITY_VALUES = ['vitals', 'pcg', 'video'] as const
export type Modality = (typeof MODALITY_VALUES)[number]

/** An alarm condition and its alert. */
export interface ConditionState {
  condition: string
  kind: ConditionKind
  priority: Priority
  present: boolean
  /** event time since when it is fulfilled but its delay not over */
  pendingSinceMs: number | null
  absentSinceMs: number | null
  /** null: no alert stands */
  alertId: string | null
  presence: AlertPresence
  onsetTimeMs: number | null
  raisedAppendTimeMs: number | null
  count: number
  /** how many this alert has had */
  transitions: number
  escalationLevel: number
  acknowledgedBy: string | null
  windowStartMs: number | null
  predictionId: string | null
  reasons: Reason[]
  missing: string[]
  answer: AlertAnswer | null
  responsible: string | null
  escalatedTo: string | null
  /** append time of the next level after an answer; null: counted from the raise */
  escalatesAtMs: number | null
}

/** From the patient, or from the equipment and this system. */
export const CONDITION_KIND_VALUES = ['physiological', 'technical'] as const
export type ConditionKind = (typeof CONDITION_KIND_VALUES)[number]

/** Of the alert, not the condition (IEEE 11073-10207). */
export const ALERT_PRESENCE_VALUES = ['on', 'off', 'latched', 'acknowledged'] as const
export type AlertPresence = (typeof ALERT_PRESENCE_VALUES)[number]

/** Why, in values. */
export interface Reason {
  code: string
  text: string
  value: number | null
  limit: number | null
  unit: string
}

/** What a person said to an alert, in the sense of IHE ACM. */
export interface AlertAnswer {
  kind: AnswerKind
  userId: string
  /** append time of the command */
  atMs: number
  reason: string | null
}

/** accepted: somebody takes responsibility. rejected: not by me; it goes to the next of the escalation list. escalated: a level up now. */
export const ANSWER_KIND_VALUES = ['accepted', 'rejected', 'escalated'] as const
export type AnswerKind = (typeof ANSWER_KIND_VALUES)[number]

/** Who looks after a patient. */
export interface Assignment {
  userId: string
  /** who said so */
  byUserId: string
  /** append time of the command */
  atMs: number
}

/** One transition of an alert: what changed, and all that holds after it. */
export interface Alert {
  /** deterministic: alert and transition number */
  id: string
  /** deterministic: patient, condition, onset */
  alertId: string
  patientId: string
  unitId: string
  bedId: string
  /** counts up by one for a patient */
  bedSequence: number
  transition: AlertTransition
  /** such as limit:spo2:low, risk:combined, technical:feed_idle */
  condition: string
  kind: ConditionKind
  priority: Priority
  conditionPresent: boolean
  presence: AlertPresence
  /** event time at which the condition began */
  onsetTimeMs: number
  /** event time of this transition */
  eventTimeMs: number
  /** how often the condition came back while the alert stood */
  count: number
  reasons: Reason[]
  /** inputs that the risk did not have */
  missing: string[]
  windowStartMs: number | null
  predictionId: string | null
  escalationLevel: number
  acknowledgedBy: string | null
  audioPausedUntilMs: number | null
  label: string | null
  generationMode: GenerationMode
  /** the last one */
  answer: AlertAnswer | null
  /** who accepted it */
  responsible: string | null
  /** whom its level calls; null at level 0 */
  escalatedTo: string | null
  /** who looked after the patient as the transition was made */
  assignedTo: string | null
}

/** What changed. */
export const ALERT_TRANSITION_VALUES = [
  'raised',
  'repeated',
  'priority_changed',
  'condition_ended',
  'condition_returned',
  'acknowledged',
  'escalated',
  'audio_paused',
  'audio_resumed',
  'labelled',
  'cleared',
] as const
export type AlertTransition = (typeof ALERT_TRANSITION_VALUES)[number]

/** Who looked at what, came in or was refused. Keyed by the patient, or where it is about none by the person. */
export interface AuditEntry {
  /** the same id twice is one entry */
  entryId: string
  occurredAtMs: number
  /** the account; unknown: nobody who has one */
  userId: string
  how: AuditDoor
  kind: AuditKind
  /** such as view-bed, play-back, sign-in; of what was refused the question */
  action: string
  patientId: string | null
  /** of a board; null: all units, or no board */
  unitId: string | null
  /** see errors.ts */
  refusedWith: string | null
  /** the account that got other rights; the address of who signed in */
  about: string | null
}

/** How it is known who it was. */
export const AUDIT_DOOR_VALUES = ['session', 'token', 'open', 'unknown'] as const
export type AuditDoor = (typeof AUDIT_DOOR_VALUES)[number]

/** view: patients were looked at; access: somebody came in, went, or got other rights; refused: asked and not answered. */
export const AUDIT_KIND_VALUES = ['view', 'access', 'refused'] as const
export type AuditKind = (typeof AUDIT_KIND_VALUES)[number]

/** A record that could not be read, kept with its reason. */
export interface DeadLetter {
  /** deterministic: topic, partition, offset */
  id: string
  topic: string
  partition: number
  offset: number
  appendTimeMs: number
  /** see errors.ts */
  code: string
  /** what was wrong, without the record's content */
  detail: string
  /** the stage */
  detectedBy: string
  key: Buffer | null
  value: Buffer | null
}

/** What the join knows of a patient as a window closed; compacted by patient. After a crash it goes on from here. */
export interface JoinState {
  patientId: string
  /** every window that ends at or before this is closed */
  closedThroughMs: number
  /** append time up to which the log had been read */
  appendTimeMs: number
  /** topic to the next offset at that moment */
  positions: Record<string, number>
  sources: SourceProgress[]
  /** null: no window has closed yet */
  vitals: VitalsProgress | null
}

/** One feed of the patient. */
export interface SourceProgress {
  modality: Modality
  feedId: string
  watermarkMs: number
  lastAppendTimeMs: number
  idle: boolean
}

/** The patient's vital signs by the hour: pulse, SpO2, temperature, systolic, mean and diastolic pressure, respiration, end-tidal CO2. */
export interface VitalsProgress {
  /** hours since 1970 of the hour that runs */
  hour: number
  /** of the windows' medians in this hour, in hundredths */
  sums: number[]
  counts: number[]
  /** means of the up to 47 hours before, oldest first: int16 in tenths, least byte first, eight an hour; -32768: none */
  finished: Buffer
  /** what to add to each of them, in hundredths: int8; fewer: the rest are whole tenths, as versions before kept them */
  finer: Buffer
}

/** A reading whose window had closed. */
export interface LateReading {
  /** deterministic: topic, partition, offset */
  id: string
  topic: string
  partition: number
  offset: number
  patientId: string
  feedId: string
  eventTimeMs: number
  windowStartMs: number
  /** stream time minus event time */
  latenessMs: number
  appendTimeMs: number
  /** the record as it came */
  value: Buffer
}

/** Who is in the bed. A null record: nobody any more. */
export interface PatientContext {
  patientId: string
  unitId: string
  bedId: string
  /** from this event time on */
  effectiveTimeMs: number
  /** such as 60-69; '' when unknown */
  ageBand: string
  sex: Sex
  diagnosis: string
  notes: string[]
  labs: Lab[]
  /** null: not assessed */
  consciousness: Consciousness | null
  /** null: not known */
  supplementalOxygen: boolean | null
  /** SpO2 target 88-92 % (NEWS2 scale 2) */
  hypercapnicTarget: boolean
  /** devices bound to the patient */
  deviceIds: string[]
  generationMode: GenerationMode
}

/** Administrative sex. */
export const SEX_VALUES = ['female', 'male', 'other', 'unknown'] as const
export type Sex = (typeof SEX_VALUES)[number]

/** A laboratory value. */
export interface Lab {
  code: string
  value: number
  unit: string
  timeMs: number
}

/** ACVPU scale. */
export const CONSCIOUSNESS_VALUES = ['alert', 'confusion', 'voice', 'pain', 'unresponsive'] as const
export type Consciousness = (typeof CONSCIOUSNESS_VALUES)[number]

/** 0.5-2 s of heart sound. */
export interface PcgChunk {
  patientId: string
  /** the feed that sent it, as the clinical engineer named it */
  feedId: string
  deviceId: string
  /** counts up by one in a feed */
  sequence: number
  /** when it happened at the bedside: device time + clock offset, ms since the epoch */
  eventTimeMs: number
  /** as the device said */
  deviceTimeMs: number
  /** added to device time to get event time */
  clockOffsetMs: number
  generationMode: GenerationMode
  /** true: the feed is alive and has nothing to say */
  heartbeat: boolean
  site: AuscultationSite
  sampleRateHz: number
  encoding: PcgEncoding
  sampleCount: number
  samples: Buffer
}

/** Where the stethoscope lay. */
export const AUSCULTATION_SITE_VALUES = ['aortic', 'pulmonary', 'tricuspid', 'mitral', 'unknown'] as const
export type AuscultationSite = (typeof AUSCULTATION_SITE_VALUES)[number]

/** How the samples are packed. */
export const PCG_ENCODING_VALUES = ['pcm_s16le', 'flac'] as const
export type PcgEncoding = (typeof PCG_ENCODING_VALUES)[number]

/** The window of one patient, closed, and what was concluded from it. One record a window. */
export interface Prediction {
  /** deterministic: patient and window */
  id: string
  patientId: string
  windowStartMs: number
  /** exclusive */
  windowEndMs: number
  generationMode: GenerationMode
  closedBy: WindowClosing
  vitalsCount: number
  pcgCount: number
  videoCount: number
  sources: SourceState[]
  /** sha256 over the readings' identities and bytes, in event-time order */
  contentDigest: string
  rung: DegradationRung
  /** combined score in 0..1, a hand-made ranking and no probability; null: not known */
  risk: number | null
  /** low end of the 95 % of a fused model's risk, carried through to the combined score; null: no fused model answered */
  riskLow: number | null
  /** high end of it */
  riskHigh: number | null
  parts: ScorePart[]
  missing: Missing[]
  model: ModelUse | null
}

/** watermark: every live source had passed; wait: a bounded wait was over; end: the stream ended. */
export const WINDOW_CLOSING_VALUES = ['watermark', 'wait', 'end'] as const
export type WindowClosing = (typeof WINDOW_CLOSING_VALUES)[number]

/** One feed of the patient as the window closed. */
export interface SourceState {
  modality: Modality
  feedId: string
  state: SourceLiveness
  readings: number
  lastEventTimeMs: number
}

/** idle: silent for so long that the window did not wait for it. */
export const SOURCE_LIVENESS_VALUES = ['live', 'idle'] as const
export type SourceLiveness = (typeof SOURCE_LIVENESS_VALUES)[number]

/** The rung of the ladder of degradation. */
export const DEGRADATION_RUNG_VALUES = ['multimodal', 'partial', 'vitals_only', 'news2', 'limits_only'] as const
export type DegradationRung = (typeof DEGRADATION_RUNG_VALUES)[number]

/** One scorer's answer, or what one evidence counts in a fused model; the shares of all parts sum to the risk. */
export interface ScorePart {
  /** a rule or a model; after a colon the evidence of a fused model */
  scorer: string
  version: string
  /** 0..1; null: could not be had */
  score: number | null
  /** below 0 where it lowers the risk */
  share: number
  /** what it was computed from */
  modalities: Modality[]
  findings: Finding[]
}

/** A named value behind a score. */
export interface Finding {
  code: string
  value: number
  text: string
}

/** An input that was not there, and why. */
export interface Missing {
  /** a modality, an evidence of a fused model, a vital sign or a scorer */
  input: string
  /** an error code, or one of the reasons in predict's README, such as idle, never_seen, not_measured, invalid, strange */
  reason: string
}

/** The model that answered. */
export interface ModelUse {
  name: string
  version: string
  sha256: string
  provider: string
  /** how it joins its evidence: single, early, late, hybrid; null: not said */
  fusion: string | null
}

/** One JPEG frame of a procedure video. */
export interface VideoFrame {
  patientId: string
  /** the feed that sent it, as the clinical engineer named it */
  feedId: string
  deviceId: string
  /** counts up by one in a feed */
  sequence: number
  /** when it happened at the bedside: device time + clock offset, ms since the epoch */
  eventTimeMs: number
  /** as the device said */
  deviceTimeMs: number
  /** added to device time to get event time */
  clockOffsetMs: number
  generationMode: GenerationMode
  /** true: the feed is alive and has nothing to say */
  heartbeat: boolean
  widthPx: number
  heightPx: number
  jpeg: Buffer
}

/** Numerics and waveform stretches of one monitor, about one record a second. */
export interface VitalsReading {
  patientId: string
  /** the feed that sent it, as the clinical engineer named it */
  feedId: string
  deviceId: string
  /** counts up by one in a feed */
  sequence: number
  /** when it happened at the bedside: device time + clock offset, ms since the epoch */
  eventTimeMs: number
  /** as the device said */
  deviceTimeMs: number
  /** added to device time to get event time */
  clockOffsetMs: number
  generationMode: GenerationMode
  /** true: the feed is alive and has nothing to say */
  heartbeat: boolean
  numerics: Numeric[]
  waveforms: WaveformStretch[]
}

/** A value a second or so. */
export interface Numeric {
  /** see NUMERICS in reading.ts */
  code: string
  /** null: not available */
  value: number | null
  unit: string
  validity: Validity
}

/** How far a measurement can be trusted (IEEE 11073-10207). */
export const VALIDITY_VALUES = [
  'valid',
  'questionable',
  'calibrating',
  'invalid',
  'overflow',
  'underflow',
  'not_available',
] as const
export type Validity = (typeof VALIDITY_VALUES)[number]

/** A stretch of a sampled signal; value = sample * scale + offset. */
export interface WaveformStretch {
  /** see WAVEFORMS in reading.ts */
  code: string
  /** event time of the first sample */
  startTimeMs: number
  sampleRateHz: number
  scale: number
  offset: number
  unit: string
  validity: Validity
  /** int16, little-endian; -32768: no sample */
  samples: Buffer
}

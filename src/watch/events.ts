import type {
  Alert,
  Assignment,
  DegradationRung,
  GenerationMode,
  Limit,
  LimitChange,
  Missing,
  Modality,
  ModelUse,
  Numeric,
  PatientContext,
  ScorePart,
  Validity,
} from '../records.ts'
import type { StageHealth, StageName } from '../stage.ts'
import type { BoardWaveform } from './board-waveforms.ts'
import type { DeadLetterView, FeedView, LostFeed } from './feed-view.ts'
import type { Shown } from './shown.ts'
import type { Watching } from './watchers.ts'

export type { DeadLetterView, FeedView, LostFeed, Shown }

/** Whether an update is happening now or is a stored stretch played back. The two are never mixed on a screen. */
export type ViewMode = 'live' | 'playback'

export interface VitalsUpdate {
  mode: ViewMode
  patientId: string
  feedId: string
  eventTimeMs: number
  generationMode: GenerationMode
  numerics: Numeric[]
}

export interface WaveformUpdate {
  mode: ViewMode
  patientId: string
  code: string
  startTimeMs: number
  sampleRateHz: number
  /** value = sample * scale + offset */
  scale: number
  offset: number
  unit: string
  validity: Validity
  /** int16, little-endian; -32768: no sample */
  samples: ArrayBuffer | Uint8Array
  /** It was there before the bed was opened: it fills what is behind the sweep, and says nothing of when new ones come. */
  recent?: true
}

export interface HeartSoundUpdate {
  mode: ViewMode
  patientId: string
  startTimeMs: number
  sampleRateHz: number
  site: string
  /** int16, little-endian */
  samples: ArrayBuffer | Uint8Array
  /** As of a waveform. */
  recent?: true
}

export interface FrameUpdate {
  mode: ViewMode
  patientId: string
  eventTimeMs: number
  jpeg: ArrayBuffer | Uint8Array
}

/** A closed window and what was concluded from it. */
export interface WindowUpdate {
  mode: ViewMode
  patientId: string
  windowStartMs: number
  windowEndMs: number
  counts: Record<Modality, number>
  closedBy: string
}

export interface PredictionUpdate {
  mode: ViewMode
  id: string
  patientId: string
  windowStartMs: number
  windowEndMs: number
  rung: DegradationRung
  risk: number | null
  /** 95 % of a fused model's, carried through to the risk; null: no fused model answered. */
  riskLow?: number | null
  riskHigh?: number | null
  parts: ScorePart[]
  missing: Missing[]
  model?: ModelUse | null
}

/** An alert as it stands now: the newest of its transitions. `alertId` is deterministic; `id` is the same, for scripts. */
export interface AlertView extends Omit<Alert, 'id'> {
  id: string
  transitionId: string
  mode: ViewMode
  /** When the log took the alert's first transition: what lists are ordered by. */
  raisedAppendTimeMs?: number
  /** Event time of the look that its reasons, and the values in them, are of; left out where that is not known. */
  reasonsTimeMs?: number
}

/** All that is known of one alert. */
export interface AlertDetail {
  /** As it is now. */
  alert: AlertView
  /** Oldest first. */
  transitions: AlertView[]
  /** What was concluded from the window in which it began. */
  prediction: PredictionUpdate | null
  /** The last trusted value of each numeric as it began. */
  then: { code: string; value: number; unit: string; validity: Validity; eventTimeMs: number }[]
  /** False while the archive is away: then only what the log's newest day holds is here. */
  archiveRead: boolean
}

export interface BedView {
  patientId: string
  unitId: string
  bedId: string
  context: PatientContext | null
  /** The newest of each, or null before the first. */
  vitals: VitalsUpdate | null
  prediction: PredictionUpdate | null
  /** Alerts that stand (presence is not off), newest first. */
  alerts: AlertView[]
  bedSequence: number
  audioPausedUntilMs: number | null
  /** Limits a person set for this patient; the unit's defaults hold for the rest. */
  limits?: Limit[]
  /** What holds for this patient, a person's limits and the unit's together: one entry a numeric and priority. */
  effectiveLimits?: Limit[]
  /** Who set a person's limit, and when; of one that the patient's target brought, nobody. */
  limitChanges?: LimitChange[]
  /** What would hold if no person had set anything. */
  unitLimits?: Limit[]
  /** Who looks after the patient, since when and who said so; null: nobody. */
  assignment?: Assignment | null
}

export interface SystemView {
  serverTimeMs: number
  stages: ({ name: StageName } & StageHealth)[]
  /** The lowest rung any bed is on, or null before the first prediction. */
  rung: DegradationRung | null
  archiveBehindMs: number
  /** True where this process does not run the archive and so cannot say how far behind it is. */
  archiveUnknown?: boolean
  /** Whether history and playback can be asked for now; false while the archive opens or is away. */
  archiveOpen?: boolean
  /** Append time of the newest reading of any bed; null before the first. */
  newestAppendTimeMs?: number | null
  screens: number
  /** Who watches the units of who is told this, and which of them no screen would be heard at. */
  watching?: Watching
  feeds?: number
  /** Feeds silent for longer than `feed-idle-ms`, monitors first. */
  feedsLost?: LostFeed[]
  /** Whom each level of escalation calls, the first level first. */
  escalateTo?: readonly string[]
  /** True while nobody has signed in yet, and everyone on this machine gets in. */
  openAccess?: boolean
  /** Entries of the audit that the log does not have yet, and those that could be kept nowhere. */
  audit?: { waiting: number; lost: number }
  deadLetters: number
  lateReadings: number
}

export interface WardView {
  serverTimeMs: number
  beds: BedView[]
  system: SystemView
}

export interface PlaybackView {
  patientId: string
  fromMs: number
  toMs: number
  speed: number
  /** Event time reached. */
  atMs: number
  state: 'playing' | 'ended' | 'stopped' | 'failed'
  /** Error code when failed. */
  code?: string
}

/** Every answer to a request says whether it was done. */
export type Answer<T = object> = ({ ok: true } & T) | { ok: false; code: string; message: string }
type Reply<T = object> = (answer: Answer<T>) => void

export interface ServerEvents {
  ward: (ward: WardView) => void
  bed: (bed: BedView) => void
  system: (system: SystemView) => void
  vitals: (update: VitalsUpdate) => void
  waveform: (update: WaveformUpdate) => void
  'heart-sound': (update: HeartSoundUpdate) => void
  frame: (update: FrameUpdate) => void
  window: (update: WindowUpdate) => void
  prediction: (update: PredictionUpdate) => void
  alert: (alert: AlertView) => void
  feeds: (feeds: FeedView[]) => void
  'dead-letter': (letter: DeadLetterView) => void
  playback: (playback: PlaybackView) => void
}

export interface ClientEvents {
  /**
   * Joins a unit's board or a bed, or all units with an empty request. `sinceBedSequence` (patient to the last sequence
   * number seen) brings the transitions a screen missed, oldest first. `incomplete` names the patients of whom some of
   * these are no longer kept: what their bed in `ward` says is then all there is. `waveforms`: what the board's tiles draw,
   * at most three, the ECG unless said otherwise; a bed's own view gets all.
   */
  watch: (
    request: {
      unitId?: string
      patientId?: string
      sinceBedSequence?: Record<string, number>
      waveforms?: BoardWaveform[]
    },
    reply: Reply<{ ward: WardView; missed: AlertView[]; incomplete?: string[] }>,
  ) => void
  /** Joins or leaves the engineers' view of the feeds. */
  'watch-feeds': (request: { on: boolean }, reply: Reply<{ feeds: FeedView[]; deadLetters: DeadLetterView[] }>) => void
  acknowledge: (request: { alertId: string; commandId?: string; reason?: string }, reply: Reply) => void
  /** Takes responsibility: acknowledged, and everybody sees by whom. */
  accept: (request: { alertId: string; commandId?: string; reason?: string }, reply: Reply) => void
  /** Not by me: it stays open and goes to the next of the escalation list at once. */
  reject: (request: { alertId: string; commandId?: string; reason: string }, reply: Reply) => void
  /** A level up now. */
  escalate: (request: { alertId: string; commandId?: string; reason: string }, reply: Reply) => void
  shown: (request: Shown, reply: Reply) => void
  'pause-audio': (request: { patientId: string; durationMs: number }, reply: Reply) => void
  'resume-audio': (request: { patientId: string }, reply: Reply) => void
  'set-limit': (
    request: { patientId: string; code: string; low: number | null; high: number | null; reason?: string },
    reply: Reply,
  ) => void
  /** Who looks after the patient, null: nobody; answered when it is in force. Of two at once the later one holds. */
  assign: (request: { patientId: string; assignee: string | null; commandId?: string }, reply: Reply) => void
  /** The limit of this numeric stays as it is, whatever is suggested: for 8 h, or until there are half as many alarms again. */
  'leave-suggestion': (request: { patientId: string; code: string; reason?: string }, reply: Reply) => void
  /** accepted, rejected or a word of the site's own */
  label: (request: { alertId: string; label: string; reason?: string }, reply: Reply) => void
  /** Plays a stored stretch of a bed to this screen alone, as updates with mode playback. */
  'playback-start': (
    request: { patientId: string; fromMs: number; toMs: number; speed: number },
    reply: Reply<{ playback: PlaybackView }>,
  ) => void
  'playback-speed': (request: { speed: number }, reply: Reply) => void
  'playback-stop': (request: object, reply: Reply) => void
}

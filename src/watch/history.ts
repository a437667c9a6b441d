import type { AlertDetail, AlertView, PredictionUpdate, ServerEvents } from './events.ts'

/** The events of which a stored stretch is made. */
export type EpisodeEvent = 'vitals' | 'waveform' | 'heart-sound' | 'frame' | 'window' | 'prediction' | 'alert'

/** One update of a stored stretch, and the event time at which a screen would have shown it. */
export type EpisodeItem = {
  [E in EpisodeEvent]: { atMs: number; event: E; update: Parameters<ServerEvents[E]>[0] }
}[EpisodeEvent]

/** A part of a stretch: everything up to `throughMs`, in the order of event time. */
export interface EpisodePage {
  throughMs: number
  items: readonly EpisodeItem[]
}

export interface Stretch {
  patientId: string
  fromMs: number
  toMs: number
}

/** A stored window as the history of a bed lists it. */
export interface StoredWindow {
  windowStartMs: number
  windowEndMs: number
  vitals: number
  pcg: number
  video: number
  closedBy: string
  rung: string | null
  risk: number | null
  /** 95 % of a fused model's, carried through to the risk; null: no fused model answered */
  riskLow: number | null
  riskHigh: number | null
}

/** A trend in columns of equal length; null where nothing was measured. */
export interface TrendColumns {
  times: number[]
  /** The mean of each point's values. */
  values: (number | null)[]
  lowest: (number | null)[]
  highest: (number | null)[]
}

/** An alert of a stretch as it ended up; `endedTimeMs` null: it stands. */
export type StoredAlert = AlertView & { endedTimeMs: number | null }

/** What the archive knows of one alert. */
export interface AlertStory {
  /** Oldest first; empty where the archive does not know the alert. */
  transitions: AlertView[]
  /** What was concluded from the window in which it began; null: nothing, or not yet stored. */
  prediction: PredictionUpdate | null
  /** The last trusted value of each numeric as it began. */
  then: AlertDetail['then']
}

/** Reads a stored stretch page by page, in the order of time. */
export interface EpisodeReader {
  readStretch(stretch: Stretch): AsyncIterable<EpisodePage>
}

/** What the screens ask of the archive. Every method throws DATABASE_UNAVAILABLE when the archive is away. */
export interface History extends EpisodeReader {
  trend(asked: Stretch & { code: string; points: number }): Promise<TrendColumns>
  /** The deterioration score, as a trend. */
  riskTrend(asked: Stretch & { points: number }): Promise<TrendColumns>
  /** Alerts of which any part lies in the stretch, newest first. */
  alerts(stretch: Stretch): Promise<StoredAlert[]>
  alertStory(patientId: string, alertId: string): Promise<AlertStory>
  /** What is stored of a patient; null for nothing. */
  storedSpan(patientId: string): Promise<{ fromMs: number; toMs: number } | null>
  /** Oldest first. */
  windows(stretch: Stretch): Promise<StoredWindow[]>
}

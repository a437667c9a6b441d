import type {
  Modality,
  PatientContext,
  PcgChunk,
  SourceState,
  VideoFrame,
  VitalsReading,
  GenerationMode,
} from './records.ts'

export type * from './records.ts'

/** One timed observation of one source, tagged with its stream. */
export type Reading =
  | { modality: 'vitals'; record: VitalsReading }
  | { modality: 'pcg'; record: PcgChunk }
  | { modality: 'video'; record: VideoFrame }

/** The topic each stream travels on. */
export const TOPIC_OF_MODALITY = {
  vitals: 'vitals',
  pcg: 'heart-audio',
  video: 'procedure-video',
} as const satisfies Record<Modality, string>

/** A record on its way to a topic; `key` is the patient. */
export interface Outbound {
  topic: string
  key: string
  value: Uint8Array | null
}

interface NumericKind {
  label: string
  unit: string
  /** What a sensor can report at all; outside it the value is not a measurement. */
  plausible: readonly [number, number]
}

/** The numerics Vigil knows by code; others travel and are stored, but nothing is concluded from them. */
export const NUMERICS = {
  hr: { label: 'HR', unit: '/min', plausible: [0, 350] },
  pr: { label: 'PR', unit: '/min', plausible: [0, 350] },
  spo2: { label: 'SpO2', unit: '%', plausible: [0, 100] },
  rr: { label: 'RR', unit: '/min', plausible: [0, 150] },
  abp_sys: { label: 'ABPs', unit: 'mmHg', plausible: [0, 350] },
  abp_dia: { label: 'ABPd', unit: 'mmHg', plausible: [0, 300] },
  abp_mean: { label: 'ABPm', unit: 'mmHg', plausible: [0, 320] },
  nbp_sys: { label: 'NBPs', unit: 'mmHg', plausible: [0, 350] },
  nbp_dia: { label: 'NBPd', unit: 'mmHg', plausible: [0, 300] },
  nbp_mean: { label: 'NBPm', unit: 'mmHg', plausible: [0, 320] },
  temp: { label: 'Temp', unit: '°C', plausible: [15, 45] },
  etco2: { label: 'etCO2', unit: 'mmHg', plausible: [0, 150] },
} as const satisfies Record<string, NumericKind>
export type NumericCode = keyof typeof NUMERICS

/** The waveforms Vigil draws. */
export const WAVEFORMS = {
  ecg: { label: 'ECG', unit: 'mV' },
  pleth: { label: 'Pleth', unit: '' },
  abp: { label: 'ABP', unit: 'mmHg' },
  resp: { label: 'Resp', unit: '' },
} as const
export type WaveformCode = keyof typeof WAVEFORMS

/** int16 sample that stands for no sample (as WFDB marks it). */
export const NO_SAMPLE = -32_768

/** All values of one numeric in a window, in event-time order. */
export interface NumericColumn {
  readonly code: string
  /** event times */
  readonly timesMs: Float64Array
  /** NaN: not available */
  readonly values: Float64Array
  /** each by its number in `VALIDITY_VALUES` */
  readonly validities: Uint8Array
}

/** All stretches of one waveform in a window, in the event-time order of their readings. */
export interface WaveformColumn {
  readonly code: string
  readonly startTimesMs: Float64Array
  readonly sampleRatesHz: Float64Array
  /** value = sample · scale + offset */
  readonly scales: Float64Array
  readonly offsets: Float64Array
  /** each by its number in `VALIDITY_VALUES` */
  readonly validities: Uint8Array
  /** Where in `samples` each stretch begins, and how many it has. */
  readonly firstSamples: Int32Array
  readonly lengths: Int32Array
  /** Of these stretches and maybe of others; NO_SAMPLE: none. */
  readonly samples: Int16Array
}

/** What the vitals readings of a window hold, by code. */
export interface Signals {
  readonly numerics: ReadonlyMap<string, NumericColumn>
  readonly waveforms: ReadonlyMap<string, WaveformColumn>
}

/** What makes a reading one reading of its feed. */
export interface ReadingName {
  modality: Modality
  feedId: string
  sequence: number
  eventTimeMs: number
}

/**
 * The readings of a window, each stream in event-time order; heartbeats are none. Decoded when they are asked for. Nothing of it, nor what
 * it has handed out, may be looked at after the window has been answered: what it lies in is used for other windows then.
 */
export interface Readings {
  readonly counts: Readonly<Record<Modality, number>>
  /** Anything but real readings makes a window not real; null: it has none. */
  readonly generationMode: GenerationMode | null
  readonly names: readonly ReadingName[]
  /** What the vitals readings say, by code. */
  readonly signals: Signals
  readonly pcg: readonly PcgChunk[]
  readonly video: readonly VideoFrame[]
}

/** The hours of a patient that models look back on, the running one included. */
export const HISTORY_HOURS = 48
/** pulse, SpO2, temperature, systolic, mean and diastolic pressure, respiration, end-tidal CO2 */
export const HISTORY_SIGNS = 8

/** A patient's vital signs by the hour, as of a window. */
export interface VitalsHistory {
  /** [HISTORY_HOURS][HISTORY_SIGNS], oldest first, the last row as it is now; NaN: not measured */
  readonly hours: Float32Array
}

/** How a window was when it closed: the readings of one patient in `[startMs, endMs)`. */
export interface PatientWindow {
  patientId: string
  startMs: number
  endMs: number
  readings: Readings
  /** As of the window's end; null when nobody said who is in the bed. */
  context: PatientContext | null
  history: VitalsHistory
  /** The patient's feeds as the window closed; a modality without a feed was never seen. */
  sources: readonly SourceState[]
}

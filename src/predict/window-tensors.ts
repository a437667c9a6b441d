import { HISTORY_HOURS, HISTORY_SIGNS, type Missing, type Modality, type PatientWindow } from '../reading.ts'
import { ALARM_KINDS, alarmTensor } from './alarm-kind.ts'
import { CHART_PERSON, CHART_SHAPE } from './chart-history.ts'
import { FRAME_CHANNELS, FRAME_SIZE_PX, frameTensor, type FrameResult } from './frame-tensor.ts'
import { missing } from './missing.ts'
import { NOTE_LENGTH, noteTokens, shippedPieces } from './note-tokens.ts'
import { PCG_LENGTH, pcgAudio, type PcgResult } from './pcg-audio.ts'
import { aboutPerson, PERSON_LENGTH } from './person.ts'
import { sizeOf, tensor, type Tensor } from './tensor.ts'
import { VITALS_SUMMARY_LENGTH, vitalsSummary } from './vitals-summary.ts'
import { type PlacedWaveforms, STRETCH_PLACES, STRETCH_SAMPLES } from './waveform-stretch.ts'
import { windowWaveforms } from './window-waveforms.ts'

/** What a window holds for models, prepared once however many models read it. */
export interface PreparedWindow {
  window: PatientWindow
  pcg: PcgResult
  /** the newest; null: none came, or no model looks at it */
  frame: FrameResult | null
  /** null: none came, or no model looks at them */
  waveforms: PlacedWaveforms | null
  /** which arrhythmia alarm is to be judged; null: none, or no model judges any */
  alarm: Float32Array | null
}

interface WindowTensor {
  /** null: what is known of the patient, which is no stream */
  modality: Modality | null
  /** Of one window, without the batch dimension. */
  shape: readonly number[]
  /** What stands throughout where the window has none and the model goes without. */
  absent: number
  /** null: the window has none. */
  from(prepared: PreparedWindow): Float32Array | null
}

/** PhysioNet/CinC 2019: eight vital signs and 26 of the laboratory; age, sex, two kinds of unit, hours from admission to the unit and in it */
const [CHART_COLUMNS, CHART_FACTS] = [34, 6]
const ONE = Float32Array.of(1)

/**
 * Every tensor that a model can ask a window for, by the name a card uses. A new model's inputs are new rows here; the
 * rest of the stage does not change.
 */
export const WINDOW_TENSORS = {
  pcg: { modality: 'pcg', shape: [PCG_LENGTH], absent: 0, from: ({ pcg }) => (pcg.ok ? pcg.samples : null) },
  pcg_mask: { modality: 'pcg', shape: [PCG_LENGTH], absent: 0, from: ({ pcg }) => (pcg.ok ? pcg.mask : null) },
  // A history without a vital sign of now is old, and old data must not look live.
  vitals_history: {
    modality: 'vitals',
    shape: [HISTORY_HOURS, HISTORY_SIGNS],
    absent: NaN,
    from: ({ window: { history, readings } }) => (readings.counts.vitals === 0 ? null : history.hours),
  },
  person: {
    modality: null,
    shape: [PERSON_LENGTH],
    absent: NaN,
    from: ({ window: { context } }) => (context === null ? null : aboutPerson(context)),
  },
  vitals_summary: {
    modality: 'vitals',
    shape: [VITALS_SUMMARY_LENGTH],
    absent: NaN,
    from: ({ window: { history, readings } }) => (readings.counts.vitals === 0 ? null : vitalsSummary(history.hours)),
  },
  /** A chart with its laboratory by the hour, which nobody keeps here yet: a model that needs one is not asked. */
  chart_hours: { modality: 'vitals', shape: CHART_SHAPE, absent: NaN, from: () => null },
  chart_history: { modality: 'vitals', shape: [HISTORY_HOURS, CHART_COLUMNS], absent: NaN, from: () => null },
  chart_facts: { modality: null, shape: [CHART_FACTS], absent: NaN, from: () => null },
  chart_person: { modality: null, shape: [CHART_PERSON], absent: NaN, from: () => null },
  note_tokens: {
    modality: null,
    shape: [NOTE_LENGTH],
    absent: 0,
    from: ({ window: { context } }) => (context === null ? null : noteTokens(shippedPieces(), context)),
  },
  waveforms: {
    modality: 'vitals',
    shape: [STRETCH_PLACES.length, STRETCH_SAMPLES],
    absent: 0,
    from: ({ waveforms }) => waveforms?.waveforms ?? null,
  },
  waveforms_mask: {
    modality: 'vitals',
    shape: [STRETCH_PLACES.length, STRETCH_SAMPLES],
    absent: 0,
    from: ({ waveforms }) => waveforms?.mask ?? null,
  },
  /** Which arrhythmia alarm is to be judged: the one that the heart rate would raise. */
  alarm: { modality: null, shape: [ALARM_KINDS.length], absent: 0, from: ({ alarm }) => alarm },
  frame: {
    modality: 'video',
    shape: [FRAME_CHANNELS, FRAME_SIZE_PX, FRAME_SIZE_PX],
    absent: 0,
    from: ({ frame }) => (frame?.ok === true ? frame.values : null),
  },
  /** A black frame is a frame. */
  frame_mask: {
    modality: 'video',
    shape: [1],
    absent: 0,
    from: ({ frame }) => (frame?.ok === true ? ONE : null),
  },
} as const satisfies Record<string, WindowTensor>

export type TensorSource = keyof typeof WINDOW_TENSORS

interface WantedInput {
  name: string
  source: TensorSource
  required: boolean
}

export type Row = { ok: true; inputs: Record<string, Tensor>; modalities: readonly Modality[] } | { ok: false }

/** Prepares what these sources need, and nothing that nobody asks for: a frame takes milliseconds to decode. */
export async function prepareWindow(
  window: PatientWindow,
  wanted: ReadonlySet<TensorSource> = new Set(),
): Promise<PreparedWindow> {
  const newest = wanted.has('frame') ? window.readings.video.at(-1) : undefined
  return {
    window,
    pcg: await pcgAudio(window),
    frame: newest === undefined ? null : await frameTensor(newest.jpeg),
    waveforms: wanted.has('waveforms') ? windowWaveforms(window) : null,
    alarm: wanted.has('alarm') ? alarmTensor(window.readings.signals) : null,
  }
}

/** One row of a model's batch; not ok when a required input or every input of a stream is lacking. */
export function rowFor(inputs: readonly WantedInput[], prepared: PreparedWindow): Row {
  const row: Record<string, Tensor> = {}
  const modalities = new Set<Modality>()
  for (const { name, source, required } of inputs) {
    const { modality, shape, absent, from } = WINDOW_TENSORS[source]
    const data = from(prepared)
    if (data === null && required) return { ok: false }
    if (data !== null && modality !== null) modalities.add(modality)
    row[name] = tensor(shape, data ?? new Float32Array(sizeOf(shape)).fill(absent))
  }
  return modalities.size === 0 ? { ok: false } : { ok: true, inputs: row, modalities: [...modalities] }
}

/** Why modalities could not be prepared that could have been; none where there is nothing to prepare. */
export function unprepared({ pcg, frame }: PreparedWindow): Missing[] {
  const lacking: Missing[] = pcg.ok ? [] : [missing('pcg', pcg.reason)]
  if (frame?.ok === false) lacking.push(missing('video', 'invalid'))
  return lacking
}

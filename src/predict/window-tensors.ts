import type { Missing, Modality, PatientWindow } from '../reading.ts'
import { missing } from './missing.ts'
import { PCG_LENGTH, pcgAudio, type PcgResult } from './pcg-audio.ts'
import { sizeOf, tensor, type Tensor } from './tensor.ts'

/** What a window holds for models, prepared once however many models read it. */
export interface PreparedWindow {
  window: PatientWindow
  pcg: PcgResult
}

interface WindowTensor {
  modality: Modality
  /** Of one window, without the batch dimension. */
  shape: readonly number[]
  /** null: the window has none. */
  from(prepared: PreparedWindow): Float32Array | null
}

/**
 * Every tensor that a model can ask a window for, by the name a card uses. A new model's inputs are new rows here; the
 * rest of the stage does not change.
 */
export const WINDOW_TENSORS = {
  pcg: { modality: 'pcg', shape: [PCG_LENGTH], from: ({ pcg }) => (pcg.ok ? pcg.samples : null) },
  pcg_mask: { modality: 'pcg', shape: [PCG_LENGTH], from: ({ pcg }) => (pcg.ok ? pcg.mask : null) },
} as const satisfies Record<string, WindowTensor>

export type TensorSource = keyof typeof WINDOW_TENSORS

interface WantedInput {
  name: string
  source: TensorSource
  required: boolean
}

export type Row = { ok: true; inputs: Record<string, Tensor>; modalities: readonly Modality[] } | { ok: false }

export async function prepareWindow(window: PatientWindow): Promise<PreparedWindow> {
  return { window, pcg: await pcgAudio(window) }
}

/** One row of a model's batch; not ok when a required input or every input is lacking. */
export function rowFor(inputs: readonly WantedInput[], prepared: PreparedWindow): Row {
  const row: Record<string, Tensor> = {}
  const modalities = new Set<Modality>()
  for (const { name, source, required } of inputs) {
    const { modality, shape, from } = WINDOW_TENSORS[source]
    const data = from(prepared)
    if (data === null && required) return { ok: false }
    if (data !== null) modalities.add(modality)
    row[name] = tensor(shape, data ?? new Float32Array(sizeOf(shape)))
  }
  return modalities.size === 0 ? { ok: false } : { ok: true, inputs: row, modalities: [...modalities] }
}

/** Why a modality could not be prepared; null when it could, or when it has nothing to prepare. */
export function unprepared({ pcg }: PreparedWindow): Missing | null {
  return pcg.ok ? null : missing('pcg', pcg.reason)
}

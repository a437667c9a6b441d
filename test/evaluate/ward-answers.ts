import { EVIDENCE_NAMES, type EvidenceName } from '../../src/predict/evidence.ts'
import { rowOf, sizeOf, tensor, type Tensor, type Tensors } from '../../src/predict/tensor.ts'
import { WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import type { ComposedPatient } from './composed-patients.ts'
import { foldOf } from './fold.ts'
import type { ScoringModels } from './scoring-models.ts'
import { ENCODERS, type EvidenceRecord } from './ward-evidence.ts'

/** What a ward's model says of a patient. */
export interface WardAnswer {
  /** by subset; bit i is evidence i */
  subsets: Float32Array
  interval: readonly [low: number, high: number]
  used: Float32Array
  present: readonly boolean[]
}

const BATCH = 32
/** Inputs of the model, with the tensor of a window that each is. */
const INPUTS: Readonly<Record<string, keyof typeof WINDOW_TENSORS>> = {
  hours: 'vitals_history',
  static: 'person',
  waveforms: 'waveforms',
  waveforms_mask: 'waveforms_mask',
  alarm: 'alarm',
  pcg: 'pcg',
  mask: 'pcg_mask',
  frame: 'frame',
  frame_mask: 'frame_mask',
  tokens: 'note_tokens',
}
/** What a small part of the model sees of these before any encoder does, by evidence. */
const SENSED: Partial<Record<EvidenceName, { output: string; inputs: readonly string[] }>> = {
  pcg: { output: 'profile', inputs: ['pcg', 'mask'] },
  waveforms: { output: 'roughness', inputs: ['waveforms', 'waveforms_mask'] },
}
const SENSES = ['hours', 'waveforms', 'waveforms_mask', 'alarm', 'pcg', 'mask', 'frame_mask', 'tokens'] as const

/** Whether a patient's evidence is given to the model. */
export type Given = (patient: ComposedPatient, evidence: EvidenceName) => boolean

/** By the model that ships, as a window goes into it. */
export async function answersOfShipped(
  models: ScoringModels,
  model: string,
  patients: readonly ComposedPatient[],
  given: Given,
): Promise<WardAnswer[]> {
  const answers: WardAnswer[] = []
  for (let from = 0; from < patients.length; from += BATCH) {
    const part = patients.slice(from, from + BATCH)
    const rows = await Promise.all(part.map((patient) => rowOfPatient(patient, given)))
    const inputs = Object.fromEntries(
      Object.keys(INPUTS).map((name) => [name, stacked(rows.map((row) => row[name] ?? absentOf(name)))]),
    )
    answers.push(...read(await models.run(model, 'model.onnx', inputs), part, given))
  }
  return answers
}

async function rowOfPatient(patient: ComposedPatient, given: Given): Promise<Tensors> {
  const row: Record<string, Tensor> = {}
  for (const name of EVIDENCE_NAMES) {
    const record = patient.records[name]
    if (record !== undefined && given(patient, name)) Object.assign(row, await record.inputs())
  }
  return row
}

function absentOf(name: string): Tensor {
  const { shape, absent } = WINDOW_TENSORS[INPUTS[name] ?? 'pcg']
  const one = [1, ...shape]
  return tensor(one, new Float32Array(sizeOf(one)).fill(absent))
}

/**
 * By encoders and a fusion that were trained without a fold's subjects, for patients composed of that fold. What an encoder says of a record
 * is kept: many patients share one.
 */
export class HeldOutWard {
  readonly #models: ScoringModels
  readonly #heard = new Map<EvidenceRecord, { heard: Float32Array; sensed: Float32Array | null }>()

  constructor(models: ScoringModels) {
    this.#models = models
  }

  async answers(
    model: string,
    fold: number,
    patients: readonly ComposedPatient[],
    given: Given,
  ): Promise<WardAnswer[]> {
    for (const name of EVIDENCE_NAMES)
      await this.#hear(
        model,
        name,
        patients.flatMap(({ records }) => records[name] ?? []),
      )
    const widths = await this.#widths()
    const [profileWidth, roughWidth] = await this.#sensedWidths(model)
    const answers: WardAnswer[] = []
    for (let from = 0; from < patients.length; from += BATCH) {
      const part = patients.slice(from, from + BATCH)
      const total = EVIDENCE_NAMES.reduce((sum, name) => sum + widths[name], 0)
      const present = new Float32Array(part.length * EVIDENCE_NAMES.length)
      const heard = new Float32Array(part.length * total)
      const profile = new Float32Array(part.length * profileWidth)
      const roughness = new Float32Array(part.length * roughWidth)
      for (const [row, patient] of part.entries()) {
        let at = row * total
        for (const [index, name] of EVIDENCE_NAMES.entries()) {
          const record = patient.records[name]
          const said = record === undefined ? undefined : this.#heard.get(record)
          if (said !== undefined && given(patient, name)) {
            present[row * EVIDENCE_NAMES.length + index] = 1
            heard.set(said.heard, at)
            if (name === 'pcg') profile.set(said.sensed ?? [], row * profileWidth)
            if (name === 'waveforms') roughness.set(said.sensed ?? [], row * roughWidth)
          }
          at += widths[name]
        }
      }
      const inputs = {
        present: tensor([part.length, EVIDENCE_NAMES.length], present),
        profile: tensor([part.length, profileWidth], profile),
        roughness: tensor([part.length, roughWidth], roughness),
        heard: tensor([part.length, total], heard),
      }
      answers.push(...read(await this.#models.run(model, `held-out/fold-${fold}.onnx.gz`, inputs), part, given))
    }
    return answers
  }

  async #hear(model: string, name: EvidenceName, records: readonly EvidenceRecord[]): Promise<void> {
    const { model: encoder, size, inputs, unknown, outputs } = ENCODERS[name]
    const byFile = new Map<string, EvidenceRecord[]>()
    for (const record of new Set(records)) {
      if (this.#heard.has(record)) continue
      const file = this.#models.fileFor(record.subject, true, size)
      byFile.set(file, [...(byFile.get(file) ?? []), record])
    }
    for (const [file, some] of byFile)
      for (let from = 0; from < some.length; from += BATCH) {
        const part = some.slice(from, from + BATCH)
        const rows = await Promise.all(part.map((record) => record.inputs()))
        const feeds: Record<string, Tensor> = {}
        for (const [theirs, ours] of Object.entries(inputs))
          feeds[theirs] = stacked(rows.map((row) => row[ours] ?? absentOf(ours)))
        for (const [lacking, width] of Object.entries(unknown))
          feeds[lacking] = tensor([part.length, width], new Float32Array(part.length * width).fill(NaN))
        const said = await this.#models.run(encoder, file, feeds)
        const sensed = await this.#sensed(model, name, rows)
        part.forEach((record, row) => {
          const of = rowOf(said, row)
          const heard = outputs.flatMap((output) => Array.from(of[output]?.data ?? []))
          this.#heard.set(record, { heard: Float32Array.from(heard), sensed: sensed?.[row] ?? null })
        })
      }
  }

  /** What is seen of these rows beside the encoder; null: nothing is. */
  async #sensed(model: string, name: EvidenceName, rows: readonly Tensors[]): Promise<Float32Array[] | null> {
    const sense = SENSED[name]
    if (sense === undefined) return null
    const feeds: Record<string, Tensor> = {}
    for (const input of SENSES)
      feeds[input] = stacked(rows.map((row) => (sense.inputs.includes(input) ? row[input] : null) ?? absentOf(input)))
    const seen = (await this.#models.run(model, 'held-out/senses.onnx.gz', feeds))[sense.output]
    if (seen === undefined) throw new Error(`${model} has no ${sense.output}`)
    const width = seen.data.length / rows.length
    return rows.map((_, row) => seen.data.slice(row * width, (row + 1) * width))
  }

  async #sensedWidths(model: string): Promise<readonly [profile: number, roughness: number]> {
    const feeds = Object.fromEntries(SENSES.map((input) => [input, absentOf(input)]))
    const { profile, roughness } = await this.#models.run(model, 'held-out/senses.onnx.gz', feeds)
    return [profile?.data.length ?? 0, roughness?.data.length ?? 0]
  }

  /** Of all that each encoder says; known once it has said something. */
  async #widths(): Promise<Record<EvidenceName, number>> {
    const widths = { vitals: 0, waveforms: 0, pcg: 0, video: 0, notes: 0 }
    for (const name of EVIDENCE_NAMES) {
      const { model, size, inputs, unknown, outputs } = ENCODERS[name]
      const feeds: Record<string, Tensor> = {}
      for (const [theirs, ours] of Object.entries(inputs)) feeds[theirs] = absentOf(ours)
      for (const [lacking, width] of Object.entries(unknown))
        feeds[lacking] = tensor([1, width], new Float32Array(width).fill(NaN))
      const said = await this.#models.run(model, `${size}.onnx`, feeds)
      widths[name] = outputs.reduce((sum, output) => sum + (said[output]?.data.length ?? 0), 0)
    }
    return widths
  }
}

function read(outputs: Tensors, patients: readonly ComposedPatient[], given: Given): WardAnswer[] {
  return patients.map((patient, row) => {
    const { subsets, risk_interval: interval, used } = rowOf(outputs, row)
    if (subsets === undefined || interval === undefined || used === undefined) throw new Error('no ward model')
    const [low = NaN, high = NaN] = interval.data
    const present = EVIDENCE_NAMES.map((name) => patient.records[name] !== undefined && given(patient, name))
    return { subsets: subsets.data.slice(), interval: [low, high], used: used.data.slice(), present }
  })
}

function stacked(rows: readonly Tensor[]): Tensor {
  const [, ...shape] = rows[0]?.shape ?? []
  const size = sizeOf(shape)
  const data = new Float32Array(rows.length * size)
  rows.forEach((row, index) => data.set(row.data, index * size))
  return tensor([rows.length, ...shape], data)
}

/** Records of one fold. */
export function ofFold(records: readonly EvidenceRecord[], fold: number): EvidenceRecord[] {
  return records.filter(({ subject }) => foldOf(subject) === fold)
}

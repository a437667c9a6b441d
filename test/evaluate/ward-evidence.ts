import type { EvidenceName } from '../../src/predict/evidence.ts'
import type { Tensors } from '../../src/predict/tensor.ts'

interface Encoder {
  /** folder below models/, and which of its sizes */
  model: string
  size: string
  /** name in the encoder -> name in the ward's model */
  inputs: Readonly<Record<string, string>>
  /** inputs that a ward's model leaves not known, and their width */
  unknown: Readonly<Record<string, number>>
  /** in the order in which the fusion reads them */
  outputs: readonly string[]
}

const same = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]))

/** models/training/ward/evidence.py has the same. */
export const ENCODERS: Record<EvidenceName, Encoder> = {
  vitals: {
    model: 'sepsis-vitals',
    size: 'model',
    inputs: same('hours', 'static'),
    unknown: {},
    outputs: ['probabilities', 'pooled'],
  },
  waveforms: {
    model: 'alarm-truth',
    size: 'compact',
    inputs: same('waveforms', 'waveforms_mask', 'alarm'),
    unknown: {},
    outputs: ['probabilities', 'pooled'],
  },
  pcg: {
    model: 'heart-sound',
    size: 'model',
    inputs: same('pcg', 'mask'),
    unknown: {},
    outputs: ['probabilities', 'pooled'],
  },
  video: {
    model: 'procedure-view',
    size: 'model',
    inputs: same('frame'),
    unknown: {},
    outputs: ['view_state', 'instrument', 'lung', 'procedure', 'answers', 'strangeness', 'pooled'],
  },
  notes: {
    model: 'notes-context',
    size: 'model',
    inputs: same('tokens'),
    unknown: { context: 2, context_vitals: 44 },
    outputs: ['probabilities', 'pooled'],
  },
}

/** Whether the finding that goes with the outcome is there; null: nobody knows, or it is not asked. */
export type FindingState = boolean | null

/** A recording of one kind of evidence, as a window has it. */
export interface EvidenceRecord {
  subject: string
  finding: FindingState
  /** what is drawn evenly: procedures, of frames */
  kind: string
  /** how many of the data's rows it stands for */
  weight: number
  /** of one row, with a batch dimension of 1; read when it is needed */
  inputs: () => Promise<Tensors>
}

export type EvidenceRecords = Record<EvidenceName, readonly EvidenceRecord[]>

import { tensor, type Tensors, rowOf, sizeOf, stack } from '../../src/predict/tensor.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import { EVIDENCE_NAMES, type EvidenceName } from '../../src/predict/evidence.ts'
import { ENCODERS } from '../evaluate/ward-evidence.ts'

/** The inputs that TypeScript makes of a record, the first dimension counts the questions. */
export type InputsOf = (record: string) => Promise<Tensors>
export type Readers = Readonly<Record<string, (data: string) => Promise<InputsOf>>>

/**
 * A window of several kinds of evidence, by the name that models/training/parity/composed.py gave it: `KIND=RECORD #ROW + …`. Each is read
 * as its own encoder's records are; what is lacking is what a ward gives a model for it.
 */
export async function wardWindows(model: string, data: string, readers: Readers): Promise<InputsOf> {
  const read = await readModelFolder(model)
  if (!read.ok) throw new Error(`${model}: ${read.detail}`)
  const { inputs } = read.folder.card
  const inputsOf = new Map<EvidenceName, InputsOf>()
  for (const evidence of EVIDENCE_NAMES) {
    const of = await readers[wayOf(evidence)]?.(data)
    if (of === undefined) throw new Error(`there is no reader for ${wayOf(evidence)}`)
    inputsOf.set(evidence, of)
  }
  return async (window) => {
    const given: Record<string, Tensors[string]> = {}
    for (const { evidence, record, row } of partsOf(window)) {
      const whole = (await inputsOf.get(evidence)?.(record)) ?? {}
      const one = rowOf(whole, row)
      for (const [theirs, ours] of Object.entries(ENCODERS[evidence].inputs)) if (one[theirs]) given[ours] = one[theirs]
      if (evidence === 'video') given['frame_mask'] = tensor([1], Float32Array.of(1))
    }
    const row = inputs.map(({ name, source }) => {
      const { shape, absent } = WINDOW_TENSORS[source]
      return [name, given[name] ?? tensor(shape, new Float32Array(sizeOf(shape)).fill(absent))] as const
    })
    return stack([Object.fromEntries(row)])
  }
}

function wayOf(evidence: EvidenceName): string {
  const { model, size } = ENCODERS[evidence]
  return size === 'model' ? model : `${model}/${size}`
}

function partsOf(window: string): { evidence: EvidenceName; record: string; row: number }[] {
  if (window === 'nothing') return []
  return window.split(' + ').map((part) => {
    const [, kind, record = '', row] = /^(\w+)=(.+) #(\d+)$/.exec(part) ?? []
    const evidence = EVIDENCE_NAMES.find((name) => name === kind)
    if (evidence === undefined) throw new Error(`${part} names no evidence`)
    return { evidence, record, row: Number(row) }
  })
}

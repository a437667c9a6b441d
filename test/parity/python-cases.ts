import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sizeOf, tensor, type Tensor, type Tensors } from '../../src/predict/tensor.ts'

/** A record as training reads it, and what Python's ONNX Runtime answers to it; the first dimension counts the questions. */
export interface PythonCase {
  name: string
  inputs: Tensors
  outputs: Tensors
}

export interface PythonModel {
  model: string
  /** what answered, and its hash */
  file: string
  sha256: string
  cases: readonly PythonCase[]
}

export interface PythonCases {
  /** the versions of Python's libraries */
  made: string
  /** by the names of READERS */
  models: ReadonlyMap<string, PythonModel>
}

type Places = Record<string, { shape: number[]; at: number }>

interface Index {
  made: string
  models: Record<
    string,
    { model: string; file: string; sha256: string; records: { name: string; inputs: Places; outputs: Places }[] }
  >
}

/** What `python -m training.parity` wrote. */
export async function readPythonCases(folder: string): Promise<PythonCases> {
  const { made, models } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Index
  const read = new Map<string, PythonModel>()
  for (const [way, { records, ...asked }] of Object.entries(models)) {
    const bytes = gunzipSync(await readFile(join(folder, `${way.replace('/', '-')}.f32.gz`)))
    const cases = records.map(({ name, inputs, outputs }) => ({
      name,
      inputs: tensorsAt(bytes, inputs),
      outputs: tensorsAt(bytes, outputs),
    }))
    read.set(way, { ...asked, cases })
  }
  return { made, models: read }
}

function tensorsAt(bytes: Buffer, places: Places): Tensors {
  return Object.fromEntries(Object.entries(places).map(([name, place]) => [name, tensorAt(bytes, place)]))
}

function tensorAt(bytes: Buffer, { shape, at }: Places[string]): Tensor {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, index) => bytes.readFloatLE(4 * (at + index)))
  return tensor(shape, data)
}

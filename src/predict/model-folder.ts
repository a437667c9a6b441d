import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { PACKAGE_ROOT } from '../config.ts'
import { goldenCases, goldenSchema, type Golden, type GoldenCase } from './golden.ts'
import { modelCardSchema, type ModelCard } from './model-card.ts'

export interface ModelFolder {
  card: ModelCard
  tolerance: Golden['tolerance']
  golden: readonly GoldenCase[]
  /** Absolute path of model.onnx. */
  modelFile: string
}

export type ModelFolderResult =
  { ok: true; folder: ModelFolder } | { ok: false; code: 'MODEL_CARD_INVALID' | 'MODEL_HASH_MISMATCH'; detail: string }

/** A model folder by its name below models/, or by path. */
export function modelPath(nameOrPath: string): string {
  const isPath = isAbsolute(nameOrPath) || nameOrPath.startsWith('.')
  return isPath ? resolve(nameOrPath) : join(PACKAGE_ROOT, 'models', nameOrPath)
}

/** Reads model.onnx, card.json and golden.json; the model must be the file that the card names by hash. */
export async function readModelFolder(nameOrPath: string): Promise<ModelFolderResult> {
  const path = modelPath(nameOrPath)
  const modelFile = join(path, 'model.onnx')
  let bytes: Buffer
  let folder: ModelFolder
  try {
    const card = modelCardSchema.parse(await readJson(join(path, 'card.json')))
    const golden = goldenSchema.parse(await readJson(join(path, 'golden.json')))
    folder = { card, tolerance: golden.tolerance, golden: goldenCases(golden), modelFile }
    const contradiction = contradictionOf(folder)
    if (contradiction !== null) return { ok: false, code: 'MODEL_CARD_INVALID', detail: contradiction }
    bytes = await readFile(modelFile)
  } catch (error) {
    return { ok: false, code: 'MODEL_CARD_INVALID', detail: error instanceof Error ? error.message : String(error) }
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== folder.card.sha256)
    return { ok: false, code: 'MODEL_HASH_MISMATCH', detail: `model.onnx is ${sha256.slice(0, 12)}…` }
  return { ok: true, folder }
}

/** Every golden case gives all inputs and says all outputs, in the card's shapes. */
function contradictionOf({ card, golden }: ModelFolder): string | null {
  for (const { name, inputs, outputs } of golden)
    for (const [declared, given] of [
      [card.inputs, inputs],
      [card.outputs, outputs],
    ] as const) {
      if (Object.keys(given).length !== declared.length) return `golden case ${name} has other tensors than the card`
      for (const { name: tensorName, shape } of declared)
        if (given[tensorName]?.shape.join() !== shape.slice(1).join())
          return `${tensorName} of golden case ${name} is not of the card's shape`
    }
  return null
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8')) as unknown
}

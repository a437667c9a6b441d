import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { PACKAGE_ROOT } from '../config.ts'
import { goldenCases, goldenSchema, type Golden, type GoldenCase } from './golden.ts'
import { modelCardSchema, type ModelCard } from './model-card.ts'

/** Behind a model's name: its smaller file is to be loaded. */
const SMALL = ':small'

export interface ModelFolder {
  /** of what is loaded: a smaller file has a name and a hash of its own */
  card: ModelCard
  tolerance: Golden['tolerance']
  golden: readonly GoldenCase[]
  /** by output, how far from the golden answers a smaller file's may be beside that */
  moves: Readonly<Record<string, number>>
  /** Absolute path of model.onnx, or of the smaller file. */
  modelFile: string
}

export type ModelFolderResult =
  | { ok: true; folder: ModelFolder }
  | { ok: false; code: 'MODEL_CARD_INVALID' | 'MODEL_HASH_MISMATCH' | 'MODEL_NO_SMALL'; detail: string }

/** A model folder by its name below models/, or by path. */
export function modelPath(nameOrPath: string): string {
  const isPath = isAbsolute(nameOrPath) || nameOrPath.startsWith('.')
  return isPath ? resolve(nameOrPath) : join(PACKAGE_ROOT, 'models', nameOrPath)
}

/**
 * Reads model.onnx (of NAME:small the file that the card names as smaller), card.json and golden.json; the model must be the file that the card
 * names by hash.
 */
export async function readModelFolder(nameOrPath: string): Promise<ModelFolderResult> {
  const isSmall = nameOrPath.endsWith(SMALL)
  const path = modelPath(isSmall ? nameOrPath.slice(0, -SMALL.length) : nameOrPath)
  let bytes: Buffer
  let folder: ModelFolder
  try {
    const card = modelCardSchema.parse(await readJson(join(path, 'card.json')))
    const golden = goldenSchema.parse(await readJson(join(path, 'golden.json')))
    const { tolerance } = golden
    folder = { card, tolerance, golden: goldenCases(golden), moves: {}, modelFile: join(path, 'model.onnx') }
    if (isSmall && card.small === undefined)
      return { ok: false, code: 'MODEL_NO_SMALL', detail: `${card.name} has no smaller file` }
    if (isSmall && card.small !== undefined) folder = smallerOf(folder, card.small)
    const contradiction = contradictionOf(folder)
    if (contradiction !== null) return { ok: false, code: 'MODEL_CARD_INVALID', detail: contradiction }
    bytes = await readFile(folder.modelFile)
  } catch (error) {
    return { ok: false, code: 'MODEL_CARD_INVALID', detail: error instanceof Error ? error.message : String(error) }
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== folder.card.sha256)
    return {
      ok: false,
      code: 'MODEL_HASH_MISMATCH',
      detail: `${basename(folder.modelFile)} is ${sha256.slice(0, 12)}…`,
    }
  return { ok: true, folder }
}

/** It answers under a name and a hash of its own. */
function smallerOf(folder: ModelFolder, { file, sha256, moves }: NonNullable<ModelCard['small']>): ModelFolder {
  const card = { ...folder.card, name: `${folder.card.name}${SMALL}`, sha256 }
  return { ...folder, card, moves, modelFile: join(folder.modelFile, '..', file) }
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

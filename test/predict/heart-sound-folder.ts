import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { readModelFolder, modelPath, type ModelFolder } from '../../src/predict/model-folder.ts'

export async function shippedFolder(): Promise<ModelFolder> {
  const read = await readModelFolder('heart-sound')
  if (!read.ok) throw new Error(read.detail)
  return read.folder
}

/** A copy of the shipped model that a test may spoil; gone after the test. */
export async function copyOfModel(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-model-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await cp(modelPath('heart-sound'), folder, { recursive: true })
  return folder
}

/** Changes a JSON file of a model folder in place. */
export async function change<T>(folder: string, file: string, edit: (content: T) => void): Promise<void> {
  const content = JSON.parse(await readFile(join(folder, file), 'utf8')) as T
  edit(content)
  await writeFile(join(folder, file), JSON.stringify(content))
}

import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Golden } from '../predict/golden.ts'
import type { ModelCard } from '../predict/model-card.ts'
import { type ModelFolder, readModelFolder } from '../predict/model-folder.ts'
import type { Tensors } from '../predict/tensor.ts'
import type { CrossFit } from './cross-fit.ts'
import { withSiteHead } from './onnx-graph.ts'
import { siteCard, type SiteModel, siteReadme } from './site-card.ts'

export interface SiteHeadModel extends Pick<SiteModel, 'name' | 'site' | 'demoData' | 'answer' | 'comparisons'> {
  seed: number
  embedding: string
  fit: CrossFit
}

/** Answers golden cases with the file of a folder. */
type AnswerCases = (folder: ModelFolder) => Promise<readonly Tensors[]>

/**
 * Writes a model folder beside its place and moves it there when it is whole: the parent's graph with the site's head, a card with its lineage
 * and figures, and the parent's golden cases with the new answers.
 */
export async function writeSiteFolder(
  out: string,
  parent: ModelFolder,
  model: SiteHeadModel,
  answerCases: AnswerCases,
): Promise<void> {
  const folder = `${out}.new`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { answer, embedding, fit } = model
  const file = withSiteHead(
    await readFile(parent.modelFile),
    { answer: answer.output, logits: answer.logits ?? null, embedding },
    fit.head,
  )
  await writeFile(join(folder, 'model.onnx'), file)
  const site = siteModelOf(parent.card, model, createHash('sha256').update(file).digest('hex'))
  const card = siteCard(parent.card, site)
  await writeJson(join(folder, 'card.json'), card)
  const parentFolder = join(parent.modelFile, '..')
  const golden = JSON.parse(await readFile(join(parentFolder, 'golden.json'), 'utf8')) as Golden
  await writeJson(join(folder, 'golden.json'), golden)
  const read = await readModelFolder(folder)
  if (!read.ok) throw new Error(`the new folder is not one: ${read.detail}`)
  const answers = await answerCases(read.folder)
  golden.cases.forEach((one, index) => {
    for (const [name, output] of Object.entries(one.outputs))
      output.written = { as: 'values', values: [...(answers[index]?.[name]?.data ?? [])] }
  })
  golden.made = `${golden.made}; the answers are those of this file`
  await writeJson(join(folder, 'golden.json'), golden)
  await writeFile(join(folder, 'README.md'), siteReadme(card, site))
  await rename(folder, out)
}

function siteModelOf(parent: ModelCard, model: SiteHeadModel, sha256: string): SiteModel {
  const { seed, site, fit } = model
  const { head, stiffness, temperature } = fit
  return {
    ...model,
    sha256,
    parameters: parent.parameters + head.weights.length + head.bias.length + 1,
    calibration: {
      method: `${parent.calibration.method}. On top of it the site's head: softmax(scale · log parent + weights · embedding + bias), divided by one temperature fitted on subjects that it was not fitted on`,
      values: { siteScale: head.scale, siteStiffness: stiffness, siteTemperature: temperature },
    },
    training: {
      script: 'vigil fine-tune',
      seed,
      split: 'five folds by subject; each subject scored by a head that was not fitted on him',
      versions: parent.training.versions,
    },
    made: `by \`vigil fine-tune\`: its encoder is unchanged, its answer is corrected by what ${site} labelled.`,
  }
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`)
}

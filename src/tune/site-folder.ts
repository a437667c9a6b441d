import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Golden } from '../predict/golden.ts'
import type { Answer, ModelCard } from '../predict/model-card.ts'
import { type ModelFolder, readModelFolder } from '../predict/model-folder.ts'
import type { Tensors } from '../predict/tensor.ts'
import type { CrossFit } from './cross-fit.ts'
import type { Comparison } from './gate.ts'
import { withSiteHead } from './onnx-graph.ts'

export interface SiteModel {
  name: string
  site: string
  seed: number
  answer: Answer
  embedding: string
  fit: CrossFit
  comparisons: readonly Comparison[]
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
  model: SiteModel,
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
  const card = siteCard(parent.card, model, createHash('sha256').update(file).digest('hex'))
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
  await writeFile(join(folder, 'README.md'), readme(card, model))
  await rename(folder, out)
}

function siteCard(
  parent: ModelCard,
  { name, site, seed, answer, fit, comparisons }: SiteModel,
  sha256: string,
): ModelCard {
  const all = comparisons.find(({ group }) => group === 'all')
  const { head, stiffness, temperature } = fit
  return {
    ...parent,
    name,
    version: '1.0.0',
    title: `${parent.title}, fitted to ${site}`,
    sha256,
    // The parent's smaller file has no such head.
    small: undefined,
    parameters: parent.parameters + head.weights.length + head.bias.length + 1,
    lineage: { name: parent.name, version: parent.version, sha256: parent.sha256 },
    calibration: {
      method: `${parent.calibration.method}. On top of it the site's head: softmax(scale · log parent + weights · embedding + bias), divided by one temperature fitted on subjects that it was not fitted on`,
      values: { siteScale: head.scale, siteStiffness: stiffness, siteTemperature: temperature },
    },
    data: [
      ...parent.data,
      {
        name: `labels of ${site}`,
        licence: "the site's own",
        attribution: site,
        doi: null,
        use: `${all?.labels ?? 0} labelled windows of ${all?.subjects ?? 0} subjects for the answer ${answer.finding}; none is in this folder`,
      },
    ],
    training: {
      script: 'vigil fine-tune',
      seed,
      split: 'five folds by subject; each subject scored by a head that was not fitted on him',
      versions: parent.training.versions,
    },
    metrics: comparisons.flatMap(({ group, labels, gain, parentAuroc, siteAuroc }) => {
      const line = { group, split: 'test' as const, n: labels }
      const estimates = {
        'area under the curve': siteAuroc,
        'area under the curve, parent': parentAuroc,
        'gain in cross-entropy over the parent': gain,
      }
      return Object.entries(estimates)
        .filter(([, { value }]) => Number.isFinite(value))
        .map(([measure, { value, low95, high95 }]) => ({
          ...line,
          measure: `${answer.finding}: ${measure}`,
          value,
          low95: Number.isFinite(low95) ? low95 : null,
          high95: Number.isFinite(high95) ? high95 : null,
        }))
    }),
    cannot: [...parent.cannot, `be taken to another site: the answer ${answer.finding} was fitted to ${site}`],
  }
}

function readme(card: ModelCard, { site, comparisons }: SiteModel): string {
  const shown = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '–')
  const rows = comparisons.map(
    ({ group, labels, subjects, parentAuroc, siteAuroc, gain }) =>
      `| ${group} | ${labels} | ${subjects} | ${shown(parentAuroc.value)} | ${shown(siteAuroc.value)} | ${shown(gain.value)} | ${shown(gain.low95)} to ${shown(gain.high95)} |`,
  )
  return `# ${card.name}

${card.title}. Made from ${card.lineage?.name} ${card.lineage?.version} by \`vigil fine-tune\`: its encoder is unchanged, its answer is corrected by what
${site} labelled. On subjects that neither was fitted on:

| group | windows | subjects | area, parent | area, this | gain in cross-entropy | 95 % |
|---|---|---|---|---|---|---|
${rows.join('\n')}

It cannot:
${card.cannot.map((limit) => `- ${limit}`).join('\n')}
`
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`)
}

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Metrics } from '../metrics.ts'
import { InferenceProcess } from '../predict/inference-process.ts'
import { type ModelFolder, readModelFolder } from '../predict/model-folder.ts'
import { rowOf, stack, type Tensors } from '../predict/tensor.ts'
import type { Archive } from '../store/archive.ts'
import { heldAgainst, readAnchor } from './anchor.ts'
import { type CrossFit, crossFit } from './cross-fit.ts'
import { examplesOf, type Refused } from './examples.ts'
import { FrozenEncoder } from './frozen-encoder.ts'
import { compare, type Comparison, enough, type Objection, objectionsTo } from './gate.ts'
import { type Label, parseLabels } from './label-table.ts'
import { windowsOf } from './labelled-windows.ts'
import type { Example } from './site-head.ts'
import { writeSiteFolder } from './site-folder.ts'
import type { TunePlan } from './tune-plan.ts'

const LOAD_MS = 60_000

interface Surroundings {
  config: Config
  clock: Clock
  logger: Logger
  openArchive: () => Promise<Archive>
  say: (line: string) => void
}

export type TuneOutcome =
  | { outcome: 'written'; comparisons: readonly Comparison[]; fit: CrossFit }
  | { outcome: 'refused'; objections: readonly (Objection | Refused)[]; comparisons: readonly Comparison[] }
  | { outcome: 'impossible'; why: string }

/**
 * Corrects one answer of a model by a site's labels: the encoder stays, a head is fitted to its embedding and to what the parent says, scored
 * on subjects that it was not fitted on, and written as a model folder if nothing speaks against it.
 */
export async function fineTune(plan: TunePlan, around: Surroundings): Promise<TuneOutcome> {
  const { say } = around
  if (existsSync(plan.out)) return impossible(`${plan.out} is there already`)
  const read = await readModelFolder(plan.model)
  if (!read.ok) return impossible(`${plan.model}: ${read.detail}`)
  const { folder } = read
  const answer = folder.card.answers.find(({ finding }) => plan.answer === null || finding === plan.answer)
  if (answer === undefined) return impossible(`${plan.model} has no answer ${plan.answer}`)
  const { embedding } = folder.card
  if (embedding === undefined) return impossible(`${plan.model} gives no embedding to learn from`)
  const text = await readFile(plan.labels, 'utf8').catch(() => null)
  if (text === null) return impossible('the table of labels cannot be read')
  const { labels, problems } = parseLabels(text, dirname(plan.labels), answer.classes)
  if (problems.length > 0)
    return impossible(problems.map(({ line, says }) => `line ${line} of the labels: ${says}`).join('; '))

  const encoder = new FrozenEncoder(folder, { ...around, metrics: new Metrics() })
  try {
    const unproven = await encoder.start()
    if (unproven !== null) return impossible(`${plan.model}: ${unproven}`)
    say(`${labels.length} labels are read by ${folder.card.name} ${folder.card.version} …`)
    const found = await readWindows(labels, around, (windows) =>
      examplesOf(labels, folder, answer, embedding, windows, encoder),
    )
    const refused = [...found.refused, ...enough(found.examples, answer.classes)]
    // What could not be read is left out and told; what is contradictory or leaks casts doubt on all the rest.
    const fatal = refused.filter(({ code }) => code !== 'TUNE_UNUSABLE')
    for (const one of refused) say(`${one.code}: ${'line' in one ? `line ${one.line}: ` : ''}${one.says}`)
    if (fatal.length > 0) return { outcome: 'refused', objections: fatal, comparisons: [] }
    return await fitAndWrite(plan, around, folder, answer, embedding, found.examples)
  } finally {
    await encoder.stop()
  }
}

async function fitAndWrite(
  plan: TunePlan,
  around: Surroundings,
  folder: ModelFolder,
  answer: ModelFolder['card']['answers'][number],
  embedding: string,
  examples: readonly Example[],
): Promise<TuneOutcome> {
  const { say } = around
  say(`a head is fitted to ${examples.length} windows …`)
  const fit = crossFit(examples, plan.seed)
  const comparisons = compare(fit.scored, answer.classes.indexOf(answer.positive), plan.seed)
  const anchor = heldAgainst(await readAnchor(folder, answer), examples, fit.head)
  if (anchor.length === 0) say(`${folder.card.name} brings no subjects of its own to be held against`)
  const objections = objectionsTo(fit.scored, comparisons, anchor, plan.seed)
  if (objections.length > 0) return { outcome: 'refused', objections, comparisons }
  const { name, site, seed } = plan
  await writeSiteFolder(plan.out, folder, { name, site, seed, answer, embedding, fit, comparisons }, (written) =>
    answersOf(written, around),
  )
  return { outcome: 'written', comparisons, fit }
}

/** What the file of a folder answers to its own golden cases. */
async function answersOf({ golden, modelFile, card }: ModelFolder, { clock }: Surroundings): Promise<Tensors[]> {
  const process = new InferenceProcess(clock)
  try {
    const loaded = await process.load(modelFile, 'cpu', LOAD_MS)
    if (!loaded.ok) throw new Error(`the new file does not load: ${loaded.detail}`)
    const answers: Tensors[] = []
    for (const { inputs } of golden) {
      const outcome = await process.run(
        stack([inputs]),
        card.outputs.map(({ name }) => name),
        LOAD_MS,
      )
      if (!outcome.ok) throw new Error(`the new file does not answer: ${outcome.detail}`)
      answers.push(rowOf(outcome.outputs, 0))
    }
    return answers
  } finally {
    await process.stop()
  }
}

/** The archive is opened for the first label that needs it, and closed. */
async function readWindows<T>(
  labels: readonly Label[],
  { config, openArchive }: Surroundings,
  work: (windows: (label: Label) => ReturnType<typeof windowsOf>) => Promise<T>,
): Promise<T> {
  let archive: Promise<Archive> | null = null
  const needed = labels.some(({ place }) => place.kind === 'window')
  const open = (): Promise<Archive> => (archive ??= openArchive())
  try {
    return await work((label) => windowsOf(label, config.windowSizeMs, needed ? open : null))
  } finally {
    await (archive as Promise<Archive> | null)?.then((opened) => opened.close())
  }
}

function impossible(why: string): TuneOutcome {
  return { outcome: 'impossible', why }
}

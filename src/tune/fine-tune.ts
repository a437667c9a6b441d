import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { VigilError } from '../errors.ts'
import { Metrics } from '../metrics.ts'
import { InferenceProcess } from '../predict/inference-process.ts'
import type { Answer } from '../predict/model-card.ts'
import { type ModelFolder, readModelFolder } from '../predict/model-folder.ts'
import { rowOf, stack, type Tensors } from '../predict/tensor.ts'
import type { Archive } from '../store/archive.ts'
import { heldAgainst, readAnchor } from './anchor.ts'
import { type ArchiveLabels, type LeftOut, readArchiveLabels } from './archive-labels.ts'
import { type CrossFit, crossFit } from './cross-fit.ts'
import { examplesOf, type Refused } from './examples.ts'
import { FrozenEncoder } from './frozen-encoder.ts'
import { compare, type Comparison, enough, type Objection, objectionsTo, unfitAsParent } from './gate.ts'
import { parseLabels } from './label-table.ts'
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

/** `leftOut`: labelled alerts of the archive that were not learnt from. */
export type TuneOutcome =
  | { outcome: 'written'; comparisons: readonly Comparison[]; fit: CrossFit; leftOut: readonly LeftOut[] }
  | {
      outcome: 'refused'
      objections: readonly (Objection | Refused)[]
      comparisons: readonly Comparison[]
      leftOut: readonly LeftOut[]
    }
  | { outcome: 'impossible'; why: string }
  | { outcome: 'archive_in_use'; why: string }

/**
 * Corrects one answer of a model by a site's labels: the encoder stays, a head is fitted to its embedding and to what the parent says, scored
 * on subjects that it was not fitted on, and written as a model folder if nothing speaks against it.
 */
export async function fineTune(plan: TunePlan, around: Surroundings): Promise<TuneOutcome> {
  if (existsSync(plan.out)) return impossible(`${plan.out} is there already`)
  const read = await readModelFolder(plan.model)
  if (!read.ok) return impossible(`${plan.model}: ${read.detail}`)
  const { folder } = read
  const unfit = unfitAsParent(folder)
  if (unfit.length > 0) return { outcome: 'refused', objections: unfit, comparisons: [], leftOut: [] }
  const answer = folder.card.answers.find(({ finding }) => plan.answer === null || finding === plan.answer)
  if (answer === undefined) return impossible(`${plan.model} has no answer ${plan.answer}`)
  const { embedding } = folder.card
  if (embedding === undefined) return impossible(`${plan.model} gives no embedding to learn from`)
  const { config } = around
  if (plan.labels.kind === 'archive' && config.databaseUrl === '' && !existsSync(join(config.dataDir, 'archive')))
    return impossible(`there is no archive in ${config.dataDir}`)
  try {
    return await withArchive(around, async (open) => {
      const said = await readLabels(plan, answer, open)
      return 'outcome' in said ? said : learn(plan, around, { folder, answer, embedding }, said, open)
    })
  } catch (error) {
    if (!(error instanceof VigilError && error.code === 'LOG_LOCKED')) throw error
    return { outcome: 'archive_in_use', why: error.message }
  }
}

interface Parent {
  folder: ModelFolder
  answer: Answer
  embedding: string
}

/** What people said, wherever they said it. */
async function readLabels(
  { labels, demoData }: TunePlan,
  answer: Answer,
  open: () => Promise<Archive>,
): Promise<ArchiveLabels | TuneOutcome> {
  if (labels.kind === 'archive') return readArchiveLabels(await open(), answer, { ...labels, demoData })
  const text = await readFile(labels.file, 'utf8').catch(() => null)
  if (text === null) return impossible('the table of labels cannot be read')
  const parsed = parseLabels(text, dirname(labels.file), answer.classes)
  if (parsed.problems.length > 0)
    return impossible(parsed.problems.map(({ line, says }) => `line ${line} of the labels: ${says}`).join('; '))
  return { found: parsed.labels.length, labels: parsed.labels, leftOut: [] }
}

async function learn(
  plan: TunePlan,
  around: Surroundings,
  parent: Parent,
  { found, labels, leftOut }: ArchiveLabels,
  open: () => Promise<Archive>,
): Promise<TuneOutcome> {
  const { say, config } = around
  const { folder, answer, embedding } = parent
  const encoder = new FrozenEncoder(folder, { ...around, metrics: new Metrics() })
  try {
    const unproven = await encoder.start()
    if (unproven !== null) return impossible(`${plan.model}: ${unproven}`)
    if (plan.labels.kind === 'archive')
      say(`${found} alerts of the archive are labelled; ${labels.length} can be learnt from`)
    say(`${labels.length} labels are read by ${folder.card.name} ${folder.card.version} …`)
    const reading = { wanted: new Set(folder.card.inputs.map(({ source }) => source)), demoData: plan.demoData }
    const read = await examplesOf(
      labels,
      folder,
      answer,
      embedding,
      (label) => windowsOf(label, config.windowSizeMs, open, reading),
      encoder,
    )
    const refused = [...read.refused, ...enough(read.examples, answer.classes)]
    // What could not be read is left out and told; what is contradictory or leaks casts doubt on all the rest.
    const fatal = refused.filter(({ code }) => code !== 'TUNE_UNUSABLE')
    const unusable = read.refused.filter(({ code }) => code === 'TUNE_UNUSABLE')
    const all = plan.labels.kind === 'archive' ? [...leftOut, ...byReason(unusable)] : leftOut
    for (const one of plan.labels.kind === 'archive' ? fatal : refused)
      say(`${one.code}: ${'from' in one ? `${one.from}: ` : ''}${one.says}`)
    if (fatal.length > 0) return { outcome: 'refused', objections: fatal, comparisons: [], leftOut: all }
    return await fitAndWrite(plan, around, parent, read.examples, all)
  } finally {
    await encoder.stop()
  }
}

/** Alerts have no lines to look up: how many, for what reason. */
function byReason(refused: readonly Refused[]): LeftOut[] {
  const counts = new Map<string, number>()
  for (const { says } of refused) counts.set(says, (counts.get(says) ?? 0) + 1)
  return [...counts].map(([says, count]) => ({ says: `cannot be read: ${says}`, count }))
}

async function fitAndWrite(
  plan: TunePlan,
  around: Surroundings,
  { folder, answer, embedding }: Parent,
  examples: readonly Example[],
  leftOut: readonly LeftOut[],
): Promise<TuneOutcome> {
  const { say } = around
  say(`a head is fitted to ${examples.length} windows …`)
  const fit = crossFit(examples, plan.seed)
  const comparisons = compare(fit.scored, answer.classes.indexOf(answer.positive), plan.seed)
  const anchor = heldAgainst(await readAnchor(folder, answer), examples, fit.head)
  if (anchor.length === 0) say(`${folder.card.name} brings no subjects of its own to be held against`)
  const objections = objectionsTo(fit.scored, comparisons, anchor, plan.seed)
  if (objections.length > 0) return { outcome: 'refused', objections, comparisons, leftOut }
  const { name, site, seed, demoData } = plan
  await writeSiteFolder(
    plan.out,
    folder,
    { name, site, seed, demoData, answer, embedding, fit, comparisons },
    (written) => answersOf(written, around),
  )
  return { outcome: 'written', comparisons, fit, leftOut }
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

/** The archive is opened by whoever first needs it, and closed. */
async function withArchive<T>(
  { openArchive }: Surroundings,
  work: (open: () => Promise<Archive>) => Promise<T>,
): Promise<T> {
  let archive: Promise<Archive> | null = null
  try {
    return await work(() => (archive ??= openArchive()))
  } finally {
    await (archive as Promise<Archive> | null)?.then((opened) => opened.close()).catch(() => undefined)
  }
}

function impossible(why: string): TuneOutcome {
  return { outcome: 'impossible', why }
}

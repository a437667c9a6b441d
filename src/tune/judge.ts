import { createHash } from 'node:crypto'
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { Metrics } from '../metrics.ts'
import type { Answer } from '../predict/model-card.ts'
import { type ModelFolder, readModelFolder } from '../predict/model-folder.ts'
import { asFrequentAsThere, readAnchors } from './anchor.ts'
import type { Scored } from './cross-fit.ts'
import type { Refused } from './examples.ts'
import { FrozenEncoder } from './frozen-encoder.ts'
import { compare, type Comparison, enough, forgotten, type Objection, objectionsTo, unfitAsParent } from './gate.ts'
import type { JudgePlan } from './judge-plan.ts'
import { doubts, misfit, scoredWindows, type ScoresFile, scoresSchema } from './scores-file.ts'
import { siteCard, siteReadme } from './site-card.ts'
import { writeJson } from './site-folder.ts'

interface Surroundings {
  clock: Clock
  logger: Logger
}

export type Judgement =
  | { outcome: 'accepted'; comparisons: readonly Comparison[] }
  | { outcome: 'refused'; objections: readonly (Objection | Refused)[]; comparisons: readonly Comparison[] }
  | { outcome: 'impossible'; why: string }

/** What of a candidate's own card is believed: how it was made. What it takes in and answers is its parent's. */
const candidateSchema = z.object({
  parameters: z.number().int().positive(),
  calibration: z.strictObject({ method: z.string().min(1), values: z.record(z.string(), z.number()) }),
  training: z.strictObject({
    script: z.string().min(1),
    seed: z.number().int(),
    split: z.string().min(1),
    versions: z.array(z.string()),
  }),
})

/** Of the parent's own probabilities: what another runtime may make of the same file. */
const ANCHOR_TOLERANCE = 0.01

/**
 * Holds a model that was made elsewhere against its parent by the gate of `vigil fine-tune`, on scores that were handed in with it. Accepted, its
 * card gets its lineage and its figures by group; until then it has none, and no ward loads it.
 */
export async function judge(plan: JudgePlan, around: Surroundings): Promise<Judgement> {
  const read = await readModelFolder(plan.model)
  if (!read.ok) return impossible(`${plan.model}: ${read.detail}`)
  const { folder: parent } = read
  const noParent = unfitAsParent(parent)
  if (noParent.length > 0) return { outcome: 'refused', objections: noParent, comparisons: [] }
  const scores = await readScores(plan.scores)
  if (typeof scores === 'string') return impossible(scores)
  if (scores.parent.sha256 !== parent.card.sha256)
    return impossible(`the scores are against another version of ${parent.card.name}`)
  const file = await readFile(join(plan.candidate, 'model.onnx')).catch(() => null)
  if (file === null) return impossible(`there is no model.onnx in ${plan.candidate}`)
  if (createHash('sha256').update(file).digest('hex') !== scores.candidate.sha256)
    return impossible('the scores are of another model.onnx')
  const answer = parent.card.answers.find(({ finding }) => finding === scores.finding)
  if (answer === undefined) return impossible(`${plan.model} has no answer ${scores.finding}`)
  const unfit = misfit(scores, answer)
  if (unfit !== null) return impossible(unfit)
  const anchors = await anchorsOf(parent, scores)
  if (typeof anchors === 'string') return impossible(anchors)

  const scored = scoredWindows(scores)
  const examples = scored.map(({ example }) => example)
  const early = [...doubts(scores), ...enough(examples, answer.classes)]
  if (early.length > 0) return { outcome: 'refused', objections: early, comparisons: [] }
  const comparisons = compare(scored, answer.classes.indexOf(answer.positive), plan.seed)
  const own = asFrequentAsThere(anchors.get(answer.finding) ?? [], examples)
  // All of a network that was trained further may have changed: the other answers must hold as they are.
  const others = [...anchors].filter(([finding]) => finding !== answer.finding)
  const objections = [
    ...objectionsTo(scored, comparisons, own, plan.seed),
    ...others.flatMap(([finding, anchor]) =>
      forgotten(anchor).map((one) => ({ ...one, says: `of ${finding}, ${one.says}` })),
    ),
  ]
  if (objections.length > 0) return { outcome: 'refused', objections, comparisons }
  const why = await complete(plan, parent, answer, scores, comparisons, around)
  return why === null ? { outcome: 'accepted', comparisons } : impossible(why)
}

async function readScores(path: string): Promise<ScoresFile | string> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return 'the file of scores cannot be read'
  try {
    return scoresSchema.parse(JSON.parse(text))
  } catch (error) {
    // Of subjects it says nothing, only where in the file and what is wrong.
    return `the file of scores is none: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON'}`
  }
}

/** Subjects of the parent as both see them, by finding; in words why they are not those. */
async function anchorsOf(parent: ModelFolder, scores: ScoresFile): Promise<Map<string, Scored[]> | string> {
  const anchors = new Map<string, Scored[]>()
  for (const [finding, examples] of await readAnchors(parent, parent.card.answers)) {
    if (examples.length === 0) continue
    const rows = scores.anchor[finding]
    if (rows === undefined) return `the scores lack the subjects of ${parent.card.name} for ${finding}`
    const classes = parent.card.answers.find((one) => one.finding === finding)?.classes ?? []
    const same = examples.every((example, index) => {
      const row = rows[index]
      return (
        row !== undefined &&
        row.subject === example.subject &&
        row.label === classes[example.label] &&
        row.candidate.length === classes.length &&
        example.parent.every((p, of) => Math.abs(p - (row.parent[of] ?? NaN)) <= ANCHOR_TOLERANCE)
      )
    })
    if (!same || rows.length !== examples.length)
      return `the subjects of ${parent.card.name} for ${finding} are not those that it brings`
    anchors.set(
      finding,
      examples.map((example, index) => ({
        example,
        parent: example.parent,
        site: Float64Array.from(rows[index]?.candidate ?? []),
      })),
    )
  }
  return anchors
}

/** Gives the candidate its card and its README, when it proves itself with them; in words why it does not. */
async function complete(
  plan: JudgePlan,
  parent: ModelFolder,
  answer: Answer,
  scores: ScoresFile,
  comparisons: readonly Comparison[],
  { clock, logger }: Surroundings,
): Promise<string | null> {
  const text = await readFile(join(plan.candidate, 'card.json'), 'utf8').catch(() => '{}')
  const own = candidateSchema.safeParse(JSON.parse(text))
  if (!own.success) return `its card.json does not say how it was made: ${z.prettifyError(own.error)}`
  const model = {
    ...own.data,
    name: basename(plan.candidate),
    site: plan.site,
    demoData: false,
    answer,
    comparisons,
    sha256: scores.candidate.sha256,
    made: `by ${own.data.training.script}: all of its network was trained further on what ${plan.site} labelled. \`vigil judge\` let it through.`,
  }
  const card = siteCard(parent.card, model)
  const judged = `${plan.candidate}.judged`
  await rm(judged, { recursive: true, force: true })
  await cp(plan.candidate, judged, { recursive: true })
  try {
    await writeJson(join(judged, 'card.json'), card)
    await writeFile(join(judged, 'README.md'), siteReadme(card, model))
    const read = await readModelFolder(judged)
    if (!read.ok) return `it is no model folder: ${read.detail}`
    const encoder = new FrozenEncoder(read.folder, { clock, logger, metrics: new Metrics() })
    const unproven = await encoder.start().finally(() => encoder.stop())
    if (unproven !== null) return `it does not prove itself: ${unproven}`
    for (const name of ['README.md', 'card.json']) await rename(join(judged, name), join(plan.candidate, name))
    return null
  } finally {
    await rm(judged, { recursive: true, force: true })
  }
}

function impossible(why: string): Judgement {
  return { outcome: 'impossible', why }
}

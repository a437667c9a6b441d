import { z } from 'zod'
import { MODALITY_VALUES } from '../records.ts'
import { EVIDENCE_NAMES } from './evidence.ts'
import { riskBlock, riskProblems } from './risk-block.ts'
import { WINDOW_TENSORS, type TensorSource } from './window-tensors.ts'

const text = z.string().min(1)
const finite = z.number().refine(Number.isFinite)
const shape = z.tuple([z.literal('batch'), z.number().int().positive()], z.number().int().positive())
const sources = Object.keys(WINDOW_TENSORS) as [TensorSource, ...TensorSource[]]

const input = z.strictObject({
  name: text,
  /** Which tensor of a window goes in; see window-tensors.ts. */
  source: z.enum(sources),
  dtype: z.literal('float32'),
  shape,
  unit: text,
  rateHz: finite.positive().nullable(),
  normalisation: text,
  /** false: zeros go in where the window has none (and the mask says so). */
  required: z.boolean(),
})

const output = z.strictObject({ name: text, dtype: z.literal('float32'), shape, meaning: text })

/** How an output becomes findings, and a score. */
const answer = z.strictObject({
  output: text,
  /** The output that the probabilities are the softmax of, where the model gives it. */
  logits: text.optional(),
  classes: z.array(text).min(2),
  /** Whose probability is the score. */
  positive: text,
  /** Decided for this class, the model says that it does not know. */
  undecided: text.nullable(),
  /** The decision is the largest probability times its class's multiplier (a cost, chosen on validation data). */
  multipliers: z.array(finite.positive()),
  /** What the decision is called on screen. */
  finding: text,
  /** false: it is measured, and a site may fit it, but it is not good enough to be told at a bedside. */
  told: z.boolean().optional(),
  /** Of a fused model: what it is found in. It is told only where that evidence counted. */
  evidence: z.enum(EVIDENCE_NAMES).optional(),
})

const measure = z.strictObject({
  measure: text,
  /** all, or what the group has in common */
  group: text,
  split: z.enum(['train', 'validation', 'test', 'elsewhere']),
  n: z.number().int().nonnegative(),
  value: finite,
  low95: finite.nullable(),
  high95: finite.nullable(),
  note: z.string().optional(),
})

/** A smaller file beside the model: the same inputs and outputs, weights in fewer bits, and what that loses on subjects that were left out. */
const small = z.strictObject({
  file: text,
  kind: z.enum(['float16', 'int8']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** By output, how far its golden answers lie from those of the model at most: so near must they come again. */
  moves: z.record(z.string(), finite.nonnegative()),
  loss: z.array(z.strictObject({ measure: text, value: finite, full: finite })).min(1),
})

const source = z.strictObject({ name: text, licence: text, attribution: text, doi: text.nullable(), use: text })

export const modelCardSchema = z
  .strictObject({
    name: text,
    version: text,
    title: text,
    purpose: text,
    /** Who answers in a prediction's parts. */
    scorer: text,
    /** The model that this one was made from. */
    lineage: z.strictObject({ name: text, version: text, sha256: text }).optional(),
    fusion: z.enum(['single', 'early', 'late', 'hybrid']),
    modalities: z.array(z.enum(MODALITY_VALUES)).min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    small: small.optional(),
    opset: z.number().int().positive(),
    parameters: z.number().int().positive(),
    inputs: z.array(input).min(1),
    outputs: z.array(output).min(1),
    /** The first one's score is the model's; of the others there are findings. */
    answers: z.array(answer).min(1),
    /** A fused model's: it gives one probability, and each evidence its share of it. */
    risk: riskBlock.optional(),
    /** The output from which a site's own head may be fitted. */
    embedding: text.optional(),
    calibration: z.strictObject({ method: text, values: z.record(z.string(), finite) }),
    data: z.array(source).min(1),
    training: z.strictObject({ script: text, seed: z.number().int(), split: text, versions: z.array(text) }),
    metrics: z.array(measure).min(1),
    cannot: z.array(text).min(1),
  })
  .superRefine((card, issues) => {
    const say = (message: string): void => void issues.addIssue({ code: 'custom', message })
    for (const { output, logits, classes, multipliers, positive, undecided } of card.answers) {
      if (multipliers.length !== classes.length) say('a multiplier for every class')
      if (!classes.includes(positive)) say('the positive class is one of the classes')
      if (undecided !== null && !classes.includes(undecided)) say('the undecided class is one of the classes')
      if (logits !== undefined && !card.outputs.some(({ name }) => name === logits)) say('the logits are an output')
      const answering = card.outputs.find(({ name }) => name === output)
      if (answering?.shape.slice(1).join() !== `${classes.length}`)
        say('the answering output has a value for every class')
    }
    if (card.embedding !== undefined && !card.outputs.some(({ name }) => name === card.embedding))
      say('the embedding is an output')
    for (const { name, source, shape } of card.inputs) {
      const built = WINDOW_TENSORS[source]
      if (shape.slice(1).join() !== built.shape.join()) say(`${name} is not of the shape of ${source}`)
      if (built.modality !== null && !card.modalities.includes(built.modality))
        say(`${name} is of a modality that the card does not name`)
    }
    const moved = card.small === undefined ? null : Object.keys(card.small.moves).sort().join()
    if (
      moved !== null &&
      moved !==
        card.outputs
          .map(({ name }) => name)
          .sort()
          .join()
    )
      say('what the smaller file moves is said of every output')
    for (const problem of riskProblems(card)) say(problem)
    for (const names of [card.inputs, card.outputs])
      if (new Set(names.map(({ name }) => name)).size !== names.length) say('a name is used twice')
  })

export type Answer = z.infer<typeof answer>
export type ModelCard = z.infer<typeof modelCardSchema>

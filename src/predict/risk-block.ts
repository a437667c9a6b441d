import { z } from 'zod'
import { EVIDENCE_NAMES } from './evidence.ts'
import { PCG_LENGTH, PCG_RATE_HZ } from './pcg-audio.ts'
import { type TensorSource, WINDOW_TENSORS } from './window-tensors.ts'

const text = z.string().min(1)
const PCG_MS = (PCG_LENGTH / PCG_RATE_HZ) * 1_000

/**
 * What a fused model's card says of its risk: outputs by name, M evidences in the order of their values. The shares are exact Shapley values
 * over the evidence that is used, so that with the base rate they sum to the risk.
 */
export const riskBlock = z.strictObject({
  /** [1]: probability of the event */
  output: text,
  /** [2]: its low and high 95 % */
  interval: text,
  /** [1 + M]: base rate, then what each evidence adds to it or takes from it */
  shares: text,
  /** [M]: 1 where the evidence counted */
  used: text,
  /** [M]: 1 where inputs of it came */
  present: text,
  /** [M]: how far it is from what the model knows, as a share of the limit from which on it is not believed */
  strangeness: text,
  /** [2^M]: the risk from every subset of the used evidence, bit i for evidence i */
  subsets: text,
  evidence: z.array(z.strictObject({ name: z.enum(EVIDENCE_NAMES), inputs: z.array(text).min(1) })).min(1),
  /**
   * What an evidence's own answer rests on: outputs with a value a channel, or a value for every so many milliseconds of the heart sound, how much
   * it adds to the log-odds of the finding
   */
  channels: z
    .array(
      z.union([
        z.strictObject({ evidence: z.enum(EVIDENCE_NAMES), output: text, names: z.array(text).min(1) }),
        z.strictObject({ evidence: z.literal('pcg'), output: text, stepMs: z.number().int().positive() }),
      ]),
    )
    .optional(),
  baseRate: z.number().min(0).max(1),
  horizonMs: z.number().int().positive(),
  /** In words for people: what the risk is a risk of. */
  event: text,
})

export type RiskBlock = z.infer<typeof riskBlock>

interface FusedCard {
  scorer: string
  fusion: string
  risk?: RiskBlock | undefined
  inputs: readonly { name: string; source: TensorSource; required: boolean }[]
  outputs: readonly { name: string; shape: readonly (string | number)[] }[]
  answers: readonly { evidence?: string | undefined }[]
}

/** Where a card contradicts its risk; nothing for a card of a single model that says no word of evidence. */
export function riskProblems({ scorer, fusion, risk, inputs, outputs, answers }: FusedCard): string[] {
  const named = answers.flatMap(({ evidence }) => evidence ?? [])
  // What follows a colon names an evidence in a prediction's parts.
  const problems = scorer.includes(':') ? ['a scorer has no colon in its name'] : []
  if (risk === undefined)
    return named.length > 0 ? [...problems, 'an answer names an evidence and there is no risk'] : problems
  const known = risk.evidence.map(({ name }) => name)
  const count = known.length
  if (fusion === 'single') problems.push('a model with a risk is fused early, late or hybrid')
  if (new Set(known).size !== count) problems.push('an evidence is named twice')
  if (!named.every((name) => known.some((one) => one === name)))
    problems.push('an answer is of an evidence that is none')
  const sizes = {
    output: 1,
    interval: 2,
    shares: 1 + count,
    used: count,
    present: count,
    strangeness: count,
    subsets: 2 ** count,
  }
  for (const [role, size] of Object.entries(sizes)) {
    const name = risk[role as keyof typeof sizes]
    const found = outputs.find((output) => output.name === name)
    if (found?.shape.slice(1).join() !== `${size}`)
      problems.push(`the ${role} of the risk is an output of ${size} values`)
  }
  const channels = risk.channels ?? []
  if (new Set(channels.map(({ evidence }) => evidence)).size !== channels.length)
    problems.push('an evidence has channels twice')
  for (const { evidence, output, ...rest } of channels) {
    if (!known.includes(evidence)) problems.push('channels are of an evidence that is none')
    const size = 'names' in rest ? rest.names.length : PCG_MS / rest.stepMs
    const found = outputs.find(({ name }) => name === output)
    if (found?.shape.slice(1).join() !== `${size}`)
      problems.push(`the channels of ${evidence} are an output of ${size} values`)
  }
  const read = new Set(risk.evidence.flatMap((one) => one.inputs))
  for (const { name, source, required } of inputs) {
    // Who the patient is may stand behind every evidence.
    if (!read.delete(name) && WINDOW_TENSORS[source].modality !== null) problems.push(`${name} is of no evidence`)
    if (required) problems.push(`${name} is required, and a fused model goes without any evidence`)
  }
  if (read.size > 0) problems.push(`an evidence has inputs that are none: ${[...read].join(', ')}`)
  return problems
}

import type { Finding, Missing, ModelUse, Modality, ScorePart } from '../reading.ts'
import { missing } from './missing.ts'
import type { Answer, ModelCard } from './model-card.ts'
import type { RowOutcome } from './model-runner.ts'
import type { Tensors } from './tensor.ts'
import type { PreparedWindow } from './window-tensors.ts'

export interface ModelAnswer {
  part: Omit<ScorePart, 'share'>
  missing: readonly Missing[]
  /** null: the model did not answer. */
  use: ModelUse | null
}

/** What a model's outputs say, by its card: the first answer gives the score, every answer that is told its findings. */
export function readAnswer(
  card: ModelCard,
  outcome: RowOutcome,
  modalities: readonly Modality[],
  prepared: PreparedWindow,
): ModelAnswer {
  const silent = { scorer: card.scorer, version: card.version, score: null, modalities: [...modalities], findings: [] }
  const lacking = (reason: Parameters<typeof missing>[1]): Missing[] =>
    modalities.map((modality) => missing(modality, reason))
  if (!outcome.ok) return { part: silent, missing: lacking(outcome.code), use: null }
  const use = { name: card.name, version: card.version, sha256: card.sha256, provider: outcome.provider }
  const read = card.answers.map((answer) => decide(answer, outcome.outputs, prepared))
  const [first] = read
  if (first === undefined || read.includes(null)) return { part: silent, missing: lacking('invalid'), use: null }
  const part = {
    ...silent,
    score: first?.score ?? null,
    findings: read.flatMap((one, index) => (card.answers[index]?.told === false ? [] : (one?.findings ?? []))),
  }
  return { part, missing: part.score === null ? lacking('inconclusive') : [], use }
}

/** null: what the model gave are no probabilities. */
function decide(
  { output, classes, positive, undecided, multipliers, finding }: Answer,
  outputs: Tensors,
  prepared: PreparedWindow,
): { score: number | null; findings: Finding[] } | null {
  const probabilities = classes.map((_, index) => rounded(outputs[output]?.data[index] ?? NaN))
  if (!probabilities.every((value) => value >= 0 && value <= 1)) return null
  const costs = probabilities.map((value, index) => value * (multipliers[index] ?? 1))
  const at = costs.indexOf(Math.max(...costs))
  const decided = classes[at] ?? ''
  const probability = probabilities[at] ?? 0
  const site = prepared.pcg.ok && prepared.pcg.site !== 'unknown' ? ` at the ${prepared.pcg.site} site` : ''
  const findings: Finding[] = [
    {
      code: `${finding}_${decided}`,
      value: probability,
      text: `${finding} ${decided}${site} (${percent(probability)} %)`,
    },
  ]
  for (const [index, name] of classes.entries())
    if (name !== decided)
      findings.push({
        code: `${finding}:${name}`,
        value: probabilities[index] ?? 0,
        text: `${finding} ${name} ${percent(probabilities[index] ?? 0)} %`,
      })
  return { score: decided === undecided ? null : (probabilities[classes.indexOf(positive)] ?? null), findings }
}

/** Four digits: more means nothing. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function percent(probability: number): string {
  return (probability * 100).toFixed(0)
}

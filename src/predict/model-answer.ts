import type { Finding, Missing, Modality, ModelUse } from '../reading.ts'
import { evidenceOf, evidenceScorer } from './evidence.ts'
import { type FusedRisk, readFusedRisk } from './fused-risk.ts'
import type { Scored, WeighedRisk } from './fusion.ts'
import { missing } from './missing.ts'
import type { Answer, ModelCard } from './model-card.ts'
import type { RowOutcome } from './model-runner.ts'
import { restsOn } from './rests-on.ts'
import type { RiskBlock } from './risk-block.ts'
import type { Tensors } from './tensor.ts'
import { type PreparedWindow, WINDOW_TENSORS } from './window-tensors.ts'

export interface ModelAnswer {
  part: Scored
  /** Of a fused model: a part for each evidence that counted. */
  evidence: readonly Scored[]
  /** Of a fused model; null: it did not answer, or nothing counted. */
  weighed: WeighedRisk | null
  /** The streams that it was given. */
  given: readonly Modality[]
  missing: readonly Missing[]
  /** null: the model did not answer. */
  use: ModelUse | null
}

/** An answer of the card as it was decided for a window. */
interface Decided {
  answer: Answer
  isPositive: boolean
  score: number | null
  findings: Finding[]
}

const HOUR_MS = 3_600_000

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
  const nothing = { part: silent, evidence: [], weighed: null, given: modalities, use: null }
  if (!outcome.ok) return { ...nothing, missing: lacking(outcome.code) }
  const { name, version, sha256, fusion } = card
  const use = { name, version, sha256, provider: outcome.provider, fusion }
  const { outputs } = outcome
  if (card.risk !== undefined) {
    const risk = readFusedRisk(card.risk, outputs)
    const read = risk === null ? null : readEvidence(card, card.risk, risk, outputs, prepared, modalities)
    return read === null ? { ...nothing, missing: lacking('invalid') } : { ...nothing, ...read, use }
  }
  const decided = decideAll(card.answers, outputs, prepared)
  if (decided === null) return { ...nothing, missing: lacking('invalid') }
  const part = { ...silent, score: decided[0]?.score ?? null, findings: told(decided) }
  return { ...nothing, part, missing: part.score === null ? lacking('inconclusive') : [], use }
}

/**
 * A fused model's answer: the risk and its base rate are the model's own part, and each evidence that counted is a part of its own. Where
 * nothing counted, the base rate alone says nothing of this patient, and there is no risk. null: an evidence that counted found what is no
 * probability.
 */
function readEvidence(
  card: ModelCard,
  block: RiskBlock,
  risk: FusedRisk,
  outputs: Tensors,
  prepared: PreparedWindow,
  given: readonly Modality[],
): Pick<ModelAnswer, 'part' | 'evidence' | 'weighed' | 'missing'> | null {
  const { scorer, version } = card
  const counted = risk.evidence.filter(({ state }) => state === 'counted')
  const shares = new Map<Scored, number>()
  const parts: Scored[] = []
  for (const { name, share, alone } of counted) {
    const answers = card.answers.filter(({ evidence }) => evidence === name)
    const decided = decideAll(answers, outputs, prepared)
    if (decided === null) return null
    const mine = evidenceScorer(scorer, name)
    // What is asked one thing has its own score. What is asked several, or nothing that is told, has none but the risk it would give alone.
    const asked = decided.filter(({ answer }) => answer.told !== false)
    const score = asked.length === 1 ? (asked[0]?.score ?? null) : bounded(alone)
    // Of several questions those that the frame does not answer are left out: two of three always are.
    const answered = asked.length > 1 ? asked.filter((one) => one.score !== null) : asked
    const verdict = {
      isDecided: asked.every((one) => one.score !== null),
      isPresent: asked.some(({ isPositive }) => isPositive),
    }
    const found = {
      scorer: mine,
      version,
      score,
      modalities: streamsOf(card, block, name),
      findings: [...told(answered), ...restsOn(block, name, verdict, outputs, prepared)],
    }
    shares.set(found, share)
    parts.push(found)
  }
  const general = decideAll(
    card.answers.filter(({ evidence }) => evidence === undefined),
    outputs,
    prepared,
  )
  if (general === null) return null
  const isKnown = counted.length > 0
  const modalities = [...new Set(parts.flatMap((part) => part.modalities))]
  const part: Scored = {
    scorer,
    version,
    score: isKnown ? bounded(risk.value) : null,
    modalities,
    findings: isKnown ? [riskFinding(block, risk), ...told(general)] : [],
  }
  const weighed = isKnown
    ? { own: part, low: risk.low, high: risk.high, shares: shares.set(part, risk.baseRate) }
    : null
  return { part, evidence: parts, weighed, missing: uncounted(risk, prepared, given) }
}

/** What of a fused model's answer holds for a child: what was heard and seen. Its risk, and what it reads in vital signs and notes, are of adults. */
export function forChild(answer: ModelAnswer): ModelAnswer {
  if (answer.weighed === null) return answer
  const { part, evidence } = answer
  return {
    ...answer,
    part: { ...part, score: null, findings: [] },
    evidence: evidence.filter(({ scorer }) => ['pcg', 'video'].includes(evidenceOf(scorer) ?? '')),
    weighed: null,
    missing: [...answer.missing, missing(part.scorer, 'not_applicable')],
  }
}

/** Every evidence that came and did not count, and what could have been there. What no feed sent is the window's to say. */
function uncounted({ evidence }: FusedRisk, { alarm }: PreparedWindow, given: readonly Modality[]): Missing[] {
  return evidence.flatMap(({ name, state }) => {
    if (state === 'counted') return []
    if (state === 'strange') return missing(name, 'strange')
    // Waveforms are looked at to judge an alarm: where there is none they are not missed.
    const isMissed = name === 'notes' || (name === 'waveforms' ? alarm !== null : given.includes(name))
    return isMissed ? missing(name, 'not_measured') : []
  })
}

/** The streams behind an evidence. */
function streamsOf({ inputs }: ModelCard, { evidence }: RiskBlock, name: string): Modality[] {
  const names = evidence.find((one) => one.name === name)?.inputs ?? []
  const streams = inputs
    .filter((input) => names.includes(input.name))
    .flatMap(({ source }) => WINDOW_TENSORS[source].modality ?? [])
  return [...new Set(streams)]
}

function riskFinding({ horizonMs, event }: RiskBlock, { value, low, high }: FusedRisk): Finding {
  const hours = Number((horizonMs / HOUR_MS).toFixed(1))
  const text = `risk of the next ${hours} h ${smallPercent(value)} % (${smallPercent(low)} to ${smallPercent(high)} %): ${event}`
  return { code: 'risk', value: bounded(value), text }
}

/** null: an answer is no probabilities. */
function decideAll(answers: readonly Answer[], outputs: Tensors, prepared: PreparedWindow): Decided[] | null {
  const decided = answers.flatMap((answer) => decide(answer, outputs, prepared) ?? [])
  return decided.length === answers.length ? decided : null
}

function told(decided: readonly Decided[]): Finding[] {
  return decided.flatMap(({ answer, findings }) => (answer.told === false ? [] : findings))
}

/** null: what the model gave are no probabilities. */
function decide(answer: Answer, outputs: Tensors, prepared: PreparedWindow): Decided | null {
  const { output, classes, positive, undecided, multipliers, finding } = answer
  const probabilities = classes.map((_, index) => rounded(outputs[output]?.data[index] ?? NaN))
  if (!probabilities.every((value) => value >= 0 && value <= 1)) return null
  const costs = probabilities.map((value, index) => value * (multipliers[index] ?? 1))
  const at = costs.indexOf(Math.max(...costs))
  const decided = classes[at] ?? ''
  const probability = probabilities[at] ?? 0
  const isHeard = answer.evidence === undefined || answer.evidence === 'pcg'
  const site = isHeard && prepared.pcg.ok && prepared.pcg.site !== 'unknown' ? ` at the ${prepared.pcg.site} site` : ''
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
  const score = decided === undecided ? null : (probabilities[classes.indexOf(positive)] ?? null)
  return { answer, isPositive: decided === positive, score, findings }
}

/** Four digits: more means nothing. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function percent(probability: number): string {
  return (probability * 100).toFixed(0)
}

/** A probability made in single precision may lie a hair beyond 0 or 1. */
function bounded(probability: number): number {
  return Math.min(1, Math.max(0, rounded(probability)))
}

/** Of a risk, 0 % and less than half a percent are not the same. */
function smallPercent(probability: number): string {
  const value = bounded(probability) * 100
  return value < 0.95 ? value.toFixed(1) : value.toFixed(0)
}

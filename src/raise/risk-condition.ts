import { evidenceOf } from '../predict/evidence.ts'
import type { Prediction, Priority, Reason, ScorePart } from '../records.ts'
import { waitOn } from './alarm-delay.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { absentCondition } from './patient-state.ts'
import { sight } from './sighting.ts'

interface RiskLevel {
  threshold: number
  priority: Priority
}

/**
 * The combined score is on a scale of its own, not a probability: predict's fusion maps NEWS2's urgent threshold (5) to 0.5
 * and its emergency threshold (7) to 0.7 (Royal College of Physicians, 2017).
 */
export const COMBINED_LEVELS: readonly RiskLevel[] = [
  { threshold: 0.5, priority: 'medium' },
  { threshold: 0.7, priority: 'high' },
]
/** A heart murmur is worth knowing, never worth running. */
export const HEART_SOUND_LEVELS: readonly RiskLevel[] = [{ threshold: 0.5, priority: 'low' }]
export const HEART_SOUND_SCORER = 'heart-sound'
const MURMUR = 'murmur'

const HYSTERESIS = 0.05
/** In windows: one score below the threshold may be chance. */
const CLEAR_WINDOWS = 2

/** The risk of a closed window. A window without a score neither raises nor ends. */
export function checkRisk(bed: BedAlarms, prediction: Prediction, appendTimeMs: number): void {
  checkScore(bed, 'risk:combined', prediction.risk, COMBINED_LEVELS, prediction, appendTimeMs)
  const score = murmurPart(prediction)?.score ?? null
  checkScore(bed, 'risk:heart-sound', score, HEART_SOUND_LEVELS, prediction, appendTimeMs)
}

/** Who says whether a murmur is heard: a model of heart sounds, or the heart sound in a fused model. One that knows before one that does not. */
function murmurPart({ parts }: Prediction): ScorePart | null {
  const heard = parts.filter(
    ({ scorer, findings }) =>
      scorer === HEART_SOUND_SCORER ||
      (evidenceOf(scorer) === 'pcg' && findings.some(({ code }) => code.startsWith(MURMUR))),
  )
  return heard.find(({ score }) => score !== null) ?? heard[0] ?? null
}

function checkScore(
  bed: BedAlarms,
  condition: string,
  score: number | null,
  levels: readonly RiskLevel[],
  prediction: Prediction,
  appendTimeMs: number,
): void {
  if (score === null) return
  const { windowStartMs, windowEndMs, missing } = prediction
  const clearDelayMs = (CLEAR_WINDOWS - 1) * (windowEndMs - windowStartMs)
  let holds: RiskLevel | null = null
  let beganMs = windowStartMs
  for (const level of levels) {
    const name = `${condition}:${level.priority}`
    const before = bed.condition(name) ?? absentCondition(name, 'physiological', level.priority)
    const place = placeOf(score, level.threshold)
    const step = waitOn(before, place, windowStartMs, { delayMs: 0, clearDelayMs })
    if (step.waiting.present) bed.put(step.waiting)
    else bed.remove(name)
    if (step.waiting.present) holds = level
    beganMs = step.beganMs ?? beganMs
  }
  sight(bed, {
    condition,
    kind: 'physiological',
    priority: holds?.priority ?? null,
    sinceMs: beganMs,
    atMs: windowEndMs,
    appendTimeMs,
    reasons: () => reasonsOf(condition, score, holds ?? levels[0] ?? null, prediction),
    missing: missing.map(({ input, reason }) => `${input}: ${reason}`),
    windowStartMs,
    predictionId: prediction.id,
  })
}

function placeOf(score: number, threshold: number): 'outside' | 'between' | 'inside' {
  if (score >= threshold) return 'outside'
  return score >= threshold - HYSTERESIS ? 'between' : 'inside'
}

/** The score, then each part's share of it and what the part found. */
function reasonsOf(condition: string, score: number, level: RiskLevel | null, prediction: Prediction): Reason[] {
  const { parts, rung, riskLow, riskHigh } = prediction
  const limit = level?.threshold ?? null
  const side = limit !== null && score >= limit ? 'at or above' : 'below'
  const isCombined = condition === 'risk:combined'
  const label = isCombined ? `risk (${rung})` : 'heart-sound score'
  const interval =
    isCombined && riskLow !== null && riskHigh !== null ? ` (${riskLow.toFixed(2)} to ${riskHigh.toFixed(2)})` : ''
  const total: Reason = {
    code: condition,
    text: `${label} ${score.toFixed(2)}${interval} ${side} ${limit ?? '-'}`,
    value: score,
    limit,
    unit: '',
  }
  const behind = isCombined ? parts : [murmurPart(prediction) ?? []].flat()
  return [
    total,
    ...behind.flatMap(({ scorer, score: own, share, findings }) => [
      {
        code: `share:${scorer}`,
        text: `${scorer} ${own === null ? 'gave no score' : own.toFixed(2)}${own === null && share === 0 ? '' : `, share ${share.toFixed(2)}`}`,
        // An evidence that does not know what it was asked may count all the same.
        value: own === null && share === 0 ? null : share,
        limit: null,
        unit: '',
      },
      ...findings.map(({ code, value, text }) => ({ code, text, value, limit: null, unit: '' })),
    ]),
  ]
}

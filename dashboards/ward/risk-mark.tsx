import type { Bed } from './bed.ts'
import { intervalText, RUNG_WORDS, scoreText } from './alert-words.ts'
import { riskTrend } from './risk-trend.ts'
import { useWindowFresh } from './modality-marks.tsx'

const ARROW = { rising: '↗', falling: '↘', steady: '→', unknown: '' } as const
const RUNG_SHORT = {
  multimodal: 'MULTI',
  partial: 'PARTIAL',
  vitals_only: 'VITALS',
  news2: 'NEWS2',
  limits_only: 'LIMITS',
} as const

/** The bed's deterioration score, where it is heading, and from how much it was concluded. */
export function RiskMark({ bed }: { bed: Bed }) {
  const fresh = useWindowFresh(bed).value
  const prediction = bed.prediction.value
  const risk = fresh && prediction !== null ? prediction.risk : null
  const trend = risk === null ? 'unknown' : riskTrend(bed.risks.value)
  const rung = fresh && prediction !== null ? prediction.rung : null
  const value = risk === null ? '---' : scoreText(risk)
  const interval = risk === null || prediction === null ? '' : intervalText(prediction)
  const title = `Deterioration score of 0 to 1, not a probability${interval === '' ? '' : `; 95 % interval${interval}`}`
  return (
    <span
      class="risk"
      data-trend={trend}
      data-level={risk === null ? 'none' : risk >= 0.7 ? 'high' : risk >= 0.5 ? 'medium' : 'low'}
    >
      <span class="risk-label" title={title}>
        <span class="risk-word">Deterioration</span>
        <span class="risk-word-short">Score</span>
      </span>
      <span class="risk-value" title={title}>
        {value}
      </span>
      {trend !== 'unknown' && (
        <span class="risk-arrow" aria-label={trend} role="img">
          {ARROW[trend]}
        </span>
      )}
      {rung !== null && (
        <span class="risk-rung" title={RUNG_WORDS[rung]}>
          {RUNG_SHORT[rung]}
        </span>
      )}
    </span>
  )
}

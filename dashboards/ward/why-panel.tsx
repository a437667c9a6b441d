import type { Finding, ScorePart } from '../../src/records.ts'
import type { PredictionUpdate } from '../../src/watch/events.ts'
import { evidenceOf } from '../../src/predict/evidence.ts'
import { intervalText, MODALITY_WORD, RUNG_WORDS, scoreText } from './alert-words.ts'
import type { Bed } from './bed.ts'
import { missingLine } from './missing-words.ts'
import { useWindowFresh } from './modality-marks.tsx'
import { effectWords, isFused, type ShareBar, shareBars } from './risk-shares.ts'

/** Why the risk is what it is: the parts with what each adds or takes, what they found, and what was missing. */
export function WhyPanel({ bed }: { bed: Bed }) {
  const prediction = bed.prediction.value
  const fresh = useWindowFresh(bed).value
  return (
    <section class="panel why" aria-label="Why" tabIndex={0} data-fresh={fresh}>
      <h2>Why</h2>
      {prediction === null && <p class="quiet-text">No scored window yet.</p>}
      {prediction !== null && !fresh && <p class="why-old">Not of now: the last window is over long ago.</p>}
      {prediction !== null && <Conclusion prediction={prediction} />}
    </section>
  )
}

function Conclusion({ prediction }: { prediction: PredictionUpdate }) {
  const { risk, parts, missing, rung } = prediction
  const { bars, zeroPct } = shareBars(parts)
  const found = parts.filter(({ scorer }) => isFused(scorer, parts)).flatMap(({ findings }) => findings)
  return (
    <>
      <p class="why-risk">
        Deterioration score <strong>{risk === null ? 'not known' : scoreText(risk)}</strong>
        {intervalText(prediction)} of 1, not a probability · {RUNG_WORDS[rung]}
      </p>
      {found.length > 0 && <p class="why-model">{sentences(found)}</p>}
      {risk === null && found.length > 0 && (
        <p class="quiet-text">NEWS2 is not known: without it the model gives no all-clear, and nothing is added up.</p>
      )}
      <ul class="why-parts" style={{ '--zero': `${zeroPct}%` }}>
        {bars.map((bar) => (
          <Part key={bar.part.scorer} bar={bar} drawn={risk !== null} told={!isFused(bar.part.scorer, parts)} />
        ))}
      </ul>
      {missing.length > 0 && (
        <>
          <h3>Did not count</h3>
          <ul class="why-missing">
            {missing.map((one) => (
              <li key={`${one.input} ${one.reason}`}>{missingLine(one)}</li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet-text">{scoredBy(prediction)}. Decision support for evaluation.</p>
    </>
  )
}

function Part({ bar, drawn, told }: { bar: ShareBar; drawn: boolean; told: boolean }) {
  const { part, label, effect, amount, fromPct, widthPct } = bar
  const isOwn = evidenceOf(part.scorer) === null && told
  const streams = part.modalities.map((modality) => MODALITY_WORD[modality]).join(' + ')
  return (
    <li class="why-part" data-effect={drawn ? effect : 'none'}>
      <span class="why-scorer">
        {label} {isOwn && <span class="quiet-text">{streams}</span>}
      </span>
      <span class="why-score">
        {isOwn && (part.score === null ? 'no answer' : `score ${scoreText(part.score)}`)}
        {isOwn && drawn && ' · '}
        {drawn && <span class="why-amount">{effect === 'none' ? 'adds nothing' : `${effect} ${amount}`}</span>}
      </span>
      {drawn && (
        <span class="why-track" role="img" aria-label={`${label} ${effectWords(bar)}`}>
          <span class="why-bar" style={{ left: `${fromPct}%`, width: `${widthPct}%` }} />
        </span>
      )}
      {told && part.findings.length > 0 && (
        <span class="why-findings">{part.findings.map(({ text }) => text).join(' · ')}</span>
      )}
    </li>
  )
}

function sentences(findings: readonly Finding[]): string {
  return findings.map(({ text }) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`).join(' ')
}

function scoredBy({ model, parts }: PredictionUpdate): string {
  if (model === null || model === undefined) return `Scored by ${scorers(parts)}`
  const fusion = model.fusion === null || model.fusion === 'single' ? '' : ` (${model.fusion} fusion)`
  return `Model ${model.name} ${model.version}${fusion} on ${model.provider}`
}

function scorers(parts: readonly ScorePart[]): string {
  return parts.length === 0 ? 'nothing' : parts.map(({ scorer, version }) => `${scorer} ${version}`).join(', ')
}

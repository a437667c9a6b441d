import type { Finding, ScorePart } from '../../src/records.ts'
import type { PredictionUpdate } from '../../src/watch/events.ts'
import { intervalText, RUNG_WORDS, scoreText } from './alert-words.ts'
import { foundWords } from './found-words.ts'
import { missingLine } from './missing-words.ts'
import { ModelCardView } from './model-card.tsx'
import { effectWords, isFused, type ShareBar, shareBars } from './risk-shares.ts'

/** What was concluded from a window: what each part adds or takes, what did not count and why, what was found, and by whom. */
export function Conclusion({ prediction }: { prediction: PredictionUpdate }) {
  const { risk, parts, missing, rung } = prediction
  const { bars, zeroPct } = shareBars(parts)
  const said = parts.filter(({ scorer }) => isFused(scorer, parts)).flatMap(({ findings }) => findings)
  return (
    <>
      <p class="why-risk">
        Score <strong>{risk === null ? 'not known' : scoreText(risk)}</strong>
        {intervalText(prediction)} of 1, not a probability
      </p>
      {said.length > 0 && <p class="why-model">{sentences(said)}</p>}
      {risk === null && said.length > 0 && (
        <p class="quiet-text">NEWS2 is not known: without it the model gives no all-clear, and nothing is added up.</p>
      )}
      {risk !== null && bars.length > 0 && (
        <>
          <ul class="why-parts" aria-label="What raises and what lowers the score" style={{ '--zero': `${zeroPct}%` }}>
            {bars.map((bar) => (
              <Share key={bar.part.scorer} bar={bar} />
            ))}
          </ul>
          <p class="why-scale">
            Bars grow with the root of a share, so that small ones are seen; the figures say how much.
          </p>
        </>
      )}
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
      <h3>Found</h3>
      <ul class="why-found">
        {bars.map(
          ({ part, label }) => !isFused(part.scorer, parts) && <Found key={part.scorer} part={part} label={label} />,
        )}
      </ul>
      <p class="quiet-text">
        {RUNG_WORDS[rung]}. {scoredBy(prediction)}. Decision support for evaluation.
      </p>
      {prediction.model !== null && prediction.model !== undefined && <ModelCardView model={prediction.model} />}
    </>
  )
}

function Share({ bar }: { bar: ShareBar }) {
  const { label, effect, amount, fromPct, widthPct } = bar
  return (
    <li class="why-part" data-effect={effect} title={`${label} ${effectWords(bar)}`}>
      <span class="why-scorer">{label}</span>
      <span class="why-track" role="img" aria-label={effectWords(bar)}>
        <span class="why-bar" style={{ left: `${fromPct}%`, width: `${widthPct}%` }} />
      </span>
      <span class="why-amount">{amount}</span>
    </li>
  )
}

function Found({ part, label }: { part: ScorePart; label: string }) {
  const words = foundWords(part)
  if (words.length === 0) return null
  return (
    <li>
      <strong>{label}</strong> {words.join(' · ')}
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

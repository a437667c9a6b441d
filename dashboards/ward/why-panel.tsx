import type { ScorePart } from '../../src/records.ts'
import { codeWords } from '../app/notice.ts'
import { missingWords, MODALITY_WORD, RUNG_WORDS, scoreText } from './alert-words.ts'
import type { Bed } from './bed.ts'
import { useWindowFresh } from './modality-marks.tsx'

const MISSING_WORDS: Readonly<Record<string, string>> = {
  idle: 'its feed is silent',
  never_seen: 'no such feed',
  not_measured: 'not measured',
  invalid: 'not valid',
  no_model: 'no model reads it yet',
  too_short: 'too short to judge',
  silent: 'silent',
  clipped: 'overdriven',
  rate_too_low: 'sample rate too low',
  inconclusive: 'the model cannot tell',
  not_applicable: 'not made for this patient',
}

/** Why the risk is what it is: the parts with their shares, what they found, and what was missing. */
export function WhyPanel({ bed }: { bed: Bed }) {
  const prediction = bed.prediction.value
  const fresh = useWindowFresh(bed).value
  return (
    <section class="panel why" aria-label="Why" tabIndex={0} data-fresh={fresh}>
      <h2>Why</h2>
      {prediction === null && <p class="quiet-text">No scored window yet.</p>}
      {prediction !== null && !fresh && <p class="why-old">Not of now: the last window is over long ago.</p>}
      {prediction !== null && (
        <>
          <p class="why-risk">
            Deterioration score <strong>{prediction.risk === null ? 'not known' : scoreText(prediction.risk)}</strong>{' '}
            of 1, not a probability · {RUNG_WORDS[prediction.rung]}
          </p>
          <ul class="why-parts">
            {prediction.parts.map((part) => (
              <Part key={part.scorer} part={part} risk={prediction.risk} />
            ))}
          </ul>
          {prediction.missing.length > 0 && (
            <>
              <h3>Missing</h3>
              <ul class="why-missing">
                {prediction.missing.map(({ input, reason }) => (
                  <li key={input}>
                    {missingWords(input)}: {MISSING_WORDS[reason] ?? codeWords(reason) ?? reason}
                  </li>
                ))}
              </ul>
            </>
          )}
          <p class="quiet-text">
            {prediction.model !== null && prediction.model !== undefined
              ? `Model ${prediction.model.name} ${prediction.model.version} on ${prediction.model.provider}`
              : `Scored by ${scorers(prediction.parts)}`}
            . Decision support for evaluation.
          </p>
        </>
      )}
    </section>
  )
}

function Part({ part, risk }: { part: ScorePart; risk: number | null }) {
  const share = risk === null || risk <= 0 ? 0 : Math.max(0, Math.min(1, part.share / risk))
  return (
    <li class="why-part">
      <span class="why-scorer">
        {part.scorer}{' '}
        <span class="quiet-text">{part.modalities.map((modality) => MODALITY_WORD[modality]).join(' + ')}</span>
      </span>
      <span class="why-score">
        {part.score === null ? 'no answer' : `score ${part.score.toFixed(2)} · share ${Math.round(share * 100)} %`}
      </span>
      <meter class="why-share" min={0} max={1} value={share} aria-label={`Share of ${part.scorer}`} />
      {part.findings.length > 0 && (
        <span class="why-findings">{part.findings.map(({ text }) => text).join(' · ')}</span>
      )}
    </li>
  )
}

function scorers(parts: readonly ScorePart[]): string {
  return parts.length === 0 ? 'nothing' : parts.map(({ scorer, version }) => `${scorer} ${version}`).join(', ')
}

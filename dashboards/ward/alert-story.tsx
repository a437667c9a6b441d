import { useComputed } from '@preact/signals'
import type { AlertDetail } from '../../src/watch/events.ts'
import { tick } from '../app/screen-clock.ts'
import type { Bed } from './bed.ts'
import { Conclusion } from './conclusion.tsx'
import { freshnessAt } from './freshness.ts'
import { NOT_AVAILABLE, numericText } from './numeric-text.ts'
import { ageWords } from './staleness.ts'
import { thenAndNow } from './then-and-now.ts'
import { assignedThenWords, transitionWords } from './transition-words.ts'

/** What happened to an alert, what was measured as it began and is now, and what was concluded from its window. */
export function AlertStory({ bed, detail }: { bed: Bed; detail: AlertDetail }) {
  const { transitions, prediction, archiveRead } = detail
  return (
    <>
      <div class="detail-column">
        <h3>As it began, and now</h3>
        <Values bed={bed} detail={detail} />
        <h3>What happened</h3>
        <ol class="detail-steps">
          {transitions.map((step) => (
            <li key={step.transitionId}>
              <time dateTime={new Date(step.eventTimeMs).toISOString()}>
                {new Date(step.eventTimeMs).toLocaleTimeString('en-GB')}
              </time>
              <span>{transitionWords(step)}</span>
            </li>
          ))}
        </ol>
        {transitions[0]?.transition === 'raised' && <p class="detail-assigned">{assignedThenWords(transitions[0])}</p>}
        {!archiveRead && (
          <p class="card-other">
            The archive is away: what was measured then, and what happened more than a day ago, is not shown.
          </p>
        )}
      </div>
      <div class="detail-column detail-conclusion">
        <h3>The score of that window</h3>
        {prediction === null ? (
          <p class="quiet-text">
            {archiveRead
              ? 'Nothing is stored of the window in which it began.'
              : 'It is in the archive, which is away.'}
          </p>
        ) : (
          <>
            <p class="quiet-text">
              {new Date(prediction.windowStartMs).toLocaleTimeString('en-GB')} to{' '}
              {new Date(prediction.windowEndMs).toLocaleTimeString('en-GB')}
            </p>
            <Conclusion prediction={prediction} />
          </>
        )}
      </div>
    </>
  )
}

function Values({ bed, detail }: { bed: Bed; detail: AlertDetail }) {
  // A value that is too old to be shown as one is not "now" either.
  const shown = useComputed(() =>
    JSON.stringify(
      [...bed.numerics.value].map(([code, seen]) => {
        const isOld = freshnessAt(bed, seen, tick.value).state === 'none'
        return [code, isOld ? NOT_AVAILABLE.text : numericText(seen.numeric).text]
      }),
    ),
  )
  const now = new Map(JSON.parse(shown.value) as [string, string][])
  const [first] = detail.transitions
  const { condition, eventTimeMs } = first ?? detail.alert
  const rows = thenAndNow(detail, { condition, atMs: eventTimeMs }, now)
  return (
    <table class="then-now">
      <thead>
        <tr>
          <th scope="col">Value</th>
          <th scope="col">then</th>
          <th scope="col">now</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ code, label, unit, then, thenAgeS, now: today, isSubject }) => (
          <tr key={code} data-subject={isSubject}>
            <th scope="row">
              {label} <span class="cell-unit">{unit}</span>
            </th>
            <td>
              {then}
              {thenAgeS > 0 && <span class="cell-unit"> {ageWords(thenAgeS)} before</span>}
            </td>
            <td>{today}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

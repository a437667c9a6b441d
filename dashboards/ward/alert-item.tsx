import { useComputed } from '@preact/signals'
import type { AlertView } from '../../src/watch/events.ts'
import { missedIds } from '../app/away.ts'
import { alertHref } from '../app/router.ts'
import { clock, serverClock, serverNowMs, tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { PriorityFlag } from './alarm-bar.tsx'
import { isUnanswered } from './alert-order.ts'
import { headline, moreReasons, withoutWords } from './alert-reasons.ts'
import { Answers } from './answer-form.tsx'
import { answerWords, levelWords, whoHas } from './answer-words.ts'
import { freshnessAt, windowFresh } from './freshness.ts'
import { numericText } from './numeric-text.ts'
import { ageWords } from './staleness.ts'
import { figureOf, nowWords, scoreNow, thenWords } from './value-then.ts'

/** One alert that stands: what, why, since when, who has it, and what a person can do. */
export function AlertItem({ alert }: { alert: AlertView }) {
  const { alertId, priority, presence, kind, patientId, missing } = alert
  const missed = missedIds.value.has(alertId)
  return (
    <li
      class="alert-item"
      data-testid="alert-item"
      data-alert-id={alertId}
      data-patient-id={patientId}
      data-priority={priority}
      data-presence={presence}
      data-kind={kind}
      data-escalation={isUnanswered(alert) ? alert.escalationLevel : 0}
      data-missed={missed || undefined}
    >
      <div class="alert-top">
        <PriorityFlag alert={alert} />
        <Since alert={alert} />
      </div>
      <p class="alert-reason">
        {alert.count > 1 && <span class="alert-count">{alert.count}× </span>}
        {headline(alert)}
        <ThenAndNow alert={alert} />
      </p>
      {moreReasons(alert).map((text) => (
        <p key={text} class="alert-more">
          {text}
        </p>
      ))}
      <p class="alert-tags">
        {missing.length > 0 && <span title={missing.join(', ')}>Without {withoutWords(missing)}</span>}
        {kind === 'technical' && <span class="tag">Technical</span>}
        {presence === 'latched' && <span class="tag">Ended, not answered</span>}
        {missed && <span class="tag tag-missed">Missed while away</span>}
        {presence === 'acknowledged' && <span class="tag">{whoHas(alert)}</span>}
        {alert.escalationLevel > 0 && <span class="tag tag-escalated">{levelWords(alert)}</span>}
        <a
          class="alert-why"
          href={alertHref(patientId, alertId)}
          aria-label={`Why: ${alert.bedId}, ${headline(alert)}`}
        >
          why…
        </a>
      </p>
      {alert.answer !== null && alert.answer.kind !== 'accepted' && (
        <p class="alert-answer">{answerWords(alert.answer)}</p>
      )}
      <div class="alert-actions">
        <Answers alert={alert} place="list" />
      </div>
    </li>
  )
}

/** Of when the line's figure is, and what it is now. */
function ThenAndNow({ alert }: { alert: AlertView }) {
  const figure = figureOf(alert)
  const words = useComputed(() => {
    const nowMs = tick.value
    const bed = ward.bed(alert.patientId)
    if (figure === null || bed === undefined) return ''
    if (figure === 'score')
      return nowWords(figure, scoreNow(windowFresh(bed, nowMs) ? (bed.prediction.value?.risk ?? null) : null))
    const seen = bed.numerics.value.get(figure)
    const isFresh = seen !== undefined && freshnessAt(bed, seen, nowMs).state === 'fresh'
    return nowWords(figure, isFresh ? numericText(seen.numeric) : null)
  }).value
  if (figure === null) return null
  return (
    <>
      {', '}
      <span class="alert-then">{thenWords(alert, serverNowMs(clock.monotonicMs()))}</span>
      {words !== '' && <span class="alert-now"> {words}</span>}
    </>
  )
}

/** How long ago by the server's clock, and the time of day. */
function Since({ alert }: { alert: AlertView }) {
  const age = useComputed(() => ageWords((serverNowMs(tick.value) - alert.onsetTimeMs) / 1_000)).value
  const known = serverClock.nowMs(clock.monotonicMs()) !== null
  return (
    <time class="alert-since" dateTime={new Date(alert.onsetTimeMs).toISOString()}>
      {known ? age : ''}
    </time>
  )
}

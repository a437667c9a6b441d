import { useComputed } from '@preact/signals'
import type { AlertView } from '../../src/watch/events.ts'
import { link } from '../app/connection.ts'
import { bedHref } from '../app/router.ts'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { PriorityFlag } from './alarm-bar.tsx'
import { isUnanswered } from './alert-order.ts'
import { headline } from './alert-reasons.ts'
import { Answers } from './answer-form.tsx'
import { answerWords } from './answer-words.ts'
import { assignedWords } from './nurse-words.ts'
import { ageWords } from './staleness.ts'

/** Alerts that went up at least a level and that nobody has answered since: whom that calls, since when, and what was said. */
export function EscalationPage() {
  const alerts = ward.standing.value.filter((alert) => isUnanswered(alert) && alert.escalationLevel > 0)
  const levels = ward.system.value?.escalateTo ?? []
  const known = link.value.state === 'live'
  return (
    <section class="escalations" aria-label="Escalations">
      <header class="page-head">
        <h1>Escalations</h1>
        <span>{levels.map((name, index) => `level ${index + 1}: ${name}`).join(' · ')}</span>
      </header>
      {alerts.length === 0 && (
        <p class="board-empty" role="status">
          {known ? 'No open alert has been escalated.' : 'Not read yet.'}
        </p>
      )}
      {alerts.length > 0 && (
        <ul class="escalation-items" data-testid="escalations">
          {alerts.map((alert) => (
            <Escalated key={alert.alertId} alert={alert} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Escalated({ alert }: { alert: AlertView }) {
  const age = useComputed(() => ageWords((serverNowMs(tick.value) - alert.onsetTimeMs) / 1_000)).value
  const { patientId, bedId, escalationLevel, escalatedTo, answer } = alert
  const assigned = ward.bed(patientId)?.assignment.value?.userId ?? null
  return (
    <li
      class="escalation-item"
      data-testid="escalation-item"
      data-alert-id={alert.alertId}
      data-patient-id={patientId}
      data-priority={alert.priority}
    >
      <span class="escalation-level">
        <span class="unseen">Level </span>
        {escalationLevel}
      </span>
      <div class="escalation-what">
        <p>
          <PriorityFlag alert={alert} />{' '}
          <a class="alert-bed" href={bedHref(patientId)}>
            {bedId === '' ? patientId : bedId}
          </a>{' '}
          {headline(alert)}
        </p>
        <p class="escalation-facts">
          {assignedWords(assigned)}; calls <strong>{escalatedTo ?? 'nobody named'}</strong> · since {age} ·{' '}
          {answer === null ? 'nobody has answered' : answerWords(answer)}
        </p>
      </div>
      <Answers alert={alert} place="page" />
    </li>
  )
}

import { absences, closeMissed } from '../app/away.ts'
import { bedHref } from '../app/router.ts'
import { PRIORITY_MARK, PRIORITY_WORD } from './alert-words.ts'
import type { Absence, MissedAlert } from './missed.ts'
import { timeOfDay } from './time-of-day.ts'

/** What was raised while nobody saw this screen, over or not; it stays until a person says that it was read. */
export function MissedPanel() {
  if (absences.value.length === 0) return null
  return (
    <section class="missed" data-testid="missed-panel" aria-label="Missed while away">
      {absences.value.map((absence) => (
        <MissedOf key={absence.fromMs} absence={absence} />
      ))}
    </section>
  )
}

function MissedOf({ absence }: { absence: Absence }) {
  const { fromMs, toMs, alerts } = absence
  return (
    <div class="missed-of">
      <header class="missed-head">
        <h2>
          Missed while away {timeOfDay(fromMs)}–{timeOfDay(toMs)} ({alerts.length})
        </h2>
        <button type="button" class="primary" onClick={() => closeMissed(absence)}>
          Read, close
        </button>
      </header>
      <ul class="missed-items" tabIndex={0} aria-label="Missed alerts">
        {alerts.map((alert) => (
          <li key={alert.alertId} class="missed-item" data-alert-id={alert.alertId} data-over={alert.overAtMs !== null}>
            <span class="priority-flag" data-priority={alert.priority}>
              <span aria-hidden="true">{PRIORITY_MARK[alert.priority]}</span>
              <span class="unseen">{PRIORITY_WORD[alert.priority]}</span>
            </span>
            <a href={bedHref(alert.patientId)}>{alert.bedId}</a>
            <span class="missed-text">{alert.text}</span>
            <span class="missed-when">{whenWords(alert)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function whenWords({ raisedAtMs, overAtMs, escalationLevel }: MissedAlert): string {
  const raised = raisedAtMs === null ? 'raised before' : timeOfDay(raisedAtMs)
  const over = overAtMs === null ? 'still open or answered' : `over ${timeOfDay(overAtMs)}`
  return `${raised}, ${over}${escalationLevel > 0 ? `, level ${escalationLevel}` : ''}`
}

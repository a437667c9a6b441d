import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AlertView } from '../../src/watch/events.ts'
import { fetchJson } from '../app/api.ts'
import { alertHref } from '../app/router.ts'
import { AcknowledgeButton, PriorityFlag } from './alarm-bar.tsx'
import { headline } from './alert-reasons.ts'
import type { Bed } from './bed.ts'
import { label } from './commands.ts'

const SHOWN = 30

/** The alerts of a bed, those that stand first, then what went before; each can be said to have been worth it or not. */
export function BedAlerts({ bed }: { bed: Bed }) {
  const past = useSignal<readonly AlertView[]>([])
  const { standing } = bed
  const live = bed.mode === 'live'
  const newest = standing.value.map(({ transitionId }) => transitionId).join()
  useEffect(() => {
    if (!live) return
    const abort = new AbortController()
    const path = `/api/alerts?limit=${SHOWN}&patientId=${encodeURIComponent(bed.patientId)}`
    void fetchJson<AlertView[]>(path, abort.signal).then((answer) => {
      if (answer.ok) past.value = answer.value
    })
    return () => abort.abort()
  }, [bed, newest])
  const stand = new Set(standing.value.map(({ alertId }) => alertId))
  const ended = past.value.filter(({ alertId, presence }) => !stand.has(alertId) && presence === 'off')
  const alerts = [...standing.value, ...ended]
  return (
    <section class="panel bed-alerts" aria-label="Alerts of this bed">
      <h2>Alerts of this bed</h2>
      {alerts.length === 0 && <p class="quiet-text">None in the last day.</p>}
      <ul class="bed-alert-items">
        {alerts.map((alert) => (
          <li key={alert.alertId} class="bed-alert" data-presence={alert.presence} data-alert-id={alert.alertId}>
            <PriorityFlag alert={alert} />
            <time dateTime={new Date(alert.onsetTimeMs).toISOString()}>
              {new Date(alert.onsetTimeMs).toLocaleTimeString('en-GB')}
            </time>
            <a class="bed-alert-reason" href={alertHref(bed.patientId, alert.alertId)}>
              {headline(alert)}
              {alert.count > 1 && ` ×${alert.count}`} <span class="alert-why">why…</span>
            </a>
            <span class="bed-alert-state">{alert.presence === 'off' ? 'over' : alert.presence}</span>
            {live && <AcknowledgeButton alert={alert} short />}
            {live && <Worth alert={alert} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Worth({ alert }: { alert: AlertView }) {
  if (alert.label !== null) return <span class="tag">{alert.label}</span>
  const name = headline(alert)
  return (
    <span class="worth">
      <button
        type="button"
        class="quiet"
        aria-label={`Worth it: ${name}`}
        title="this alert was worth it"
        onClick={() => void label(alert.alertId, 'accepted')}
      >
        Worth it
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`Not worth it: ${name}`}
        title="this alert was not worth it"
        onClick={() => void label(alert.alertId, 'rejected')}
      >
        Not
      </button>
    </span>
  )
}

import { signal, useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { AlertView } from '../../src/watch/events.ts'
import { link } from '../app/connection.ts'
import { clock, serverClock, serverNowMs, tick } from '../app/screen-clock.ts'
import { bedHref } from '../app/router.ts'
import { ward } from '../app/watch.ts'
import { AcknowledgeButton, PriorityFlag } from './alarm-bar.tsx'
import { isUnanswered } from './alert-order.ts'
import { hasMoreToTell, headline, moreReasons, withoutWords } from './alert-reasons.ts'
import { openWords } from './alert-summary.ts'
import { pauseAudio, resumeAudio } from './commands.ts'
import { MoreBelow } from './more-below.tsx'
import { SoundSwitch } from './sound-switch.tsx'
import { ageWords, countdown } from './staleness.ts'

/** On a phone the first alert stands alone until the list is opened, so that beds are seen too. */
const opened = signal(false)

/** Every alert that stands, the most urgent first; it stays beside whatever else is on the screen. */
export function AlertList() {
  const scroll = useRef<HTMLDivElement>(null)
  const alerts = ward.standing.value
  // Before the board was read nobody knows whether an alert stands, and no alert must not be claimed.
  const known = link.value.state === 'live' || alerts.length > 0
  const open = alerts.filter(isUnanswered)
  const answered = alerts.filter((alert) => !isUnanswered(alert))
  return (
    <aside class="alerts" aria-label="Alerts" data-open={opened.value}>
      <header class="alerts-head">
        <h2>Alerts</h2>
        <span class="alerts-total">{known ? openWords(alerts) : ''}</span>
        <SoundSwitch />
      </header>
      <div class="alerts-scroll" ref={scroll} tabIndex={0} role="region" aria-label="Standing alerts">
        {alerts.length === 0 && <p class="alerts-none">{known ? 'No alerts stand.' : 'Not read yet.'}</p>}
        {open.length > 0 && <Items alerts={open} />}
        {answered.length > 0 && <h3 class="alerts-group">Acknowledged</h3>}
        {answered.length > 0 && <Items alerts={answered} />}
      </div>
      <MoreBelow list={scroll} count={alerts.length} />
      {alerts.length > 1 && (
        <button
          type="button"
          class="alerts-open"
          aria-expanded={opened.value}
          onClick={() => (opened.value = !opened.value)}
        >
          {opened.value ? 'Show the first alone' : `Show all ${alerts.length}`}
        </button>
      )}
    </aside>
  )
}

function Items({ alerts }: { alerts: readonly AlertView[] }) {
  return (
    <ul class="alert-items">
      {alerts.map((alert) => (
        <AlertItem key={alert.alertId} alert={alert} />
      ))}
    </ul>
  )
}

function AlertItem({ alert }: { alert: AlertView }) {
  const { alertId, priority, presence, kind, patientId, missing } = alert
  return (
    <li
      class="alert-item"
      data-testid="alert-item"
      data-alert-id={alertId}
      data-patient-id={patientId}
      data-priority={priority}
      data-presence={presence}
      data-kind={kind}
    >
      <div class="alert-top">
        <PriorityFlag alert={alert} />
        <a class="alert-bed" href={bedHref(patientId)}>
          {alert.bedId === '' ? patientId : alert.bedId}
        </a>
        <Since alert={alert} />
      </div>
      <p class="alert-reason">
        {headline(alert)}
        {alert.count > 1 && <span class="alert-count"> ×{alert.count}</span>}
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
        {presence === 'acknowledged' && <span class="tag">✓ {alert.acknowledgedBy ?? 'acknowledged'}</span>}
        {alert.escalationLevel > 0 && <span class="tag tag-escalated">Escalated ×{alert.escalationLevel}</span>}
        {hasMoreToTell(alert) && (
          <a class="alert-why" href={bedHref(patientId)} aria-label={`Why: ${alert.bedId}, ${headline(alert)}`}>
            why…
          </a>
        )}
      </p>
      <div class="alert-actions">
        <AudioPause patientId={patientId} bedId={alert.bedId} />
        <AcknowledgeButton alert={alert} />
      </div>
    </li>
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

function AudioPause({ patientId, bedId }: { patientId: string; bedId: string }) {
  const leftMs = useComputed(() => {
    const untilMs = ward.bed(patientId)?.audioPausedUntilMs.value ?? null
    const nowMs = serverNowMs(tick.value)
    return untilMs === null || untilMs <= nowMs ? 0 : Math.ceil((untilMs - nowMs) / 1_000) * 1_000
  }).value
  if (leftMs > 0)
    return (
      <button
        type="button"
        class="quiet"
        aria-label={`Resume audio of ${bedId}`}
        onClick={() => void resumeAudio(patientId)}
      >
        Audio paused {countdown(leftMs)} · resume
      </button>
    )
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Pause audio of ${bedId}`}
      onClick={() => void pauseAudio(patientId)}
    >
      Pause audio
    </button>
  )
}

import { signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { AlertView } from '../../src/watch/events.ts'
import { link } from '../app/connection.ts'
import { ward } from '../app/watch.ts'
import { AlertItem } from './alert-item.tsx'
import { compareAlerts, isUnanswered } from './alert-order.ts'
import { openWords } from './alert-summary.ts'
import { MoreBelow } from './more-below.tsx'
import { SoundSwitch } from './sound-switch.tsx'

/** On a phone the first alert stands alone until the list is opened, so that beds are seen too. */
const opened = signal(false)

/** Every alert that stands, the most urgent first; it stays beside whatever else is on the screen. */
export function AlertList() {
  const scroll = useRef<HTMLDivElement>(null)
  const alerts = ward.standing.value
  // Before the board was read nobody knows whether an alert stands, and no alert must not be claimed.
  const known = link.value.state === 'live' || alerts.length > 0
  const open = alerts.filter(isUnanswered)
  const sections = openSections(open)
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
        {sections.map(({ name, alerts: own }) => (
          <section key={name} aria-label={name}>
            {name === 'Equipment' && <h3 class="alerts-group">Equipment</h3>}
            <Items alerts={own} />
          </section>
        ))}
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

/** Patients and equipment apart; the section with the more urgent alert comes first. */
function openSections(open: readonly AlertView[]): { name: string; alerts: AlertView[] }[] {
  const of = (kind: AlertView['kind']): AlertView[] => open.filter((alert) => alert.kind === kind)
  return [
    { name: 'Patients', alerts: of('physiological') },
    { name: 'Equipment', alerts: of('technical') },
  ]
    .filter(({ alerts }) => alerts.length > 0)
    .sort((a, b) => (a.alerts[0] && b.alerts[0] ? compareAlerts(a.alerts[0], b.alerts[0]) : 0))
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

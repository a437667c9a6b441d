import { signal, useComputed } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { link } from '../app/connection.ts'
import { tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { AlertGroup } from './alert-group.tsx'
import { bedGroups, heldOrder, inListOrder, type ListOrder, orderOf } from './alert-groups.ts'
import { openWords } from './alert-summary.ts'
import { BoardTouch } from './board-touch.ts'
import { MoreBelow } from './more-below.tsx'
import { SoundSwitch } from './sound-switch.tsx'

/** On a phone the first alert stands alone until the list is opened, so that beds are seen too. */
const opened = signal(false)

/** Every alert that stands, by bed, the one with the most urgent first; it stays beside whatever else is on the screen. */
export function AlertList() {
  const scroll = useRef<HTMLDivElement>(null)
  const alerts = ward.standing.value
  // Before the board was read nobody knows whether an alert stands, and no alert must not be claimed.
  const known = link.value.state === 'live' || alerts.length > 0
  const touch = useMemo(() => new BoardTouch(), [])
  useEffect(() => (scroll.current === null ? undefined : touch.watch(scroll.current)), [])
  const shown = useRef<ListOrder>({ beds: [], alerts: [] })
  const placed = useComputed(() => {
    const wanted = orderOf(bedGroups(ward.standing.value))
    shown.current = heldOrder(shown.current, wanted, touch.pointed(tick.value))
    return JSON.stringify({ order: shown.current, wanted })
  }).value
  const { order, wanted } = JSON.parse(placed) as { order: ListOrder; wanted: ListOrder }
  const groups = inListOrder(bedGroups(alerts), order)
  const [first] = bedGroups(alerts)
  return (
    <aside class="alerts" aria-label="Alerts" data-open={opened.value}>
      <header class="alerts-head">
        <h2>Alerts</h2>
        <span class="alerts-total">{known ? openWords(alerts) : ''}</span>
        <SoundSwitch />
      </header>
      <div class="alerts-scroll" ref={scroll} tabIndex={0} role="region" aria-label="Standing alerts">
        {alerts.length === 0 && <p class="alerts-none">{known ? 'No alerts stand.' : 'Not read yet.'}</p>}
        {groups.map((group) => (
          <AlertGroup key={group.patientId} group={group} />
        ))}
      </div>
      {JSON.stringify(order) !== JSON.stringify(wanted) && (
        <p class="alerts-held" role="status">
          Order held while you are here{first !== undefined && `; most urgent: ${first.bedId}`}
        </p>
      )}
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

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { AlertDetail, AlertView } from '../../src/watch/events.ts'
import { bedPath, fetchJson } from '../app/api.ts'
import { archiveOpen } from '../app/archive-open.ts'
import { bedHref } from '../app/router.ts'
import { AcknowledgeButton, PriorityFlag } from './alarm-bar.tsx'
import { headline, withoutWords } from './alert-reasons.ts'
import { AlertStory } from './alert-story.tsx'
import type { Bed } from './bed.ts'
import { reasonWords } from './reason-words.ts'

type Shown = { state: 'asked' } | { state: 'read'; detail: AlertDetail } | { state: 'failed'; words: string }

const STATE_WORDS = {
  on: 'holds, not answered',
  latched: 'has ended, not answered',
  acknowledged: 'answered, holds',
  off: 'over',
} as const

/**
 * All that is known of one alert, above the bed and not over it: the bed and the list of alerts stay in sight and in reach.
 * What the screen has itself is shown at once; the rest as it is read, and again at each of the alert's
 * transitions and when an archive that was away is back.
 */
export function AlertPanel({ bed, alertId }: { bed: Bed; alertId: string }) {
  const shown = useSignal<Shown>({ state: 'asked' })
  const heading = useRef<HTMLHeadingElement>(null)
  const standing = bed.alerts.value.get(alertId)
  useEffect(() => {
    heading.current?.focus()
    shown.value = { state: 'asked' }
  }, [bed, alertId])
  useEffect(() => {
    const abort = new AbortController()
    const path = bedPath(bed.patientId, `alerts/${encodeURIComponent(alertId)}`)
    void fetchJson<AlertDetail>(path, abort.signal).then((answer) => {
      if (abort.signal.aborted) return
      if (answer.ok) shown.value = { state: 'read', detail: answer.value }
      else if (shown.peek().state !== 'read') shown.value = { state: 'failed', words: answer.message }
    })
    return () => abort.abort()
  }, [bed, alertId, standing?.bedSequence, archiveOpen.value])
  const read = shown.value.state === 'read' ? shown.value.detail : null
  const alert = standing ?? read?.alert ?? null
  const [first] = read?.transitions ?? []
  const began = first === undefined || sameReasons(first, alert) ? alert : first
  return (
    <section class="panel alert-detail" aria-label="Alert" data-testid="alert-detail" data-alert-id={alertId}>
      <header class="panel-head">
        {alert !== null && <PriorityFlag alert={alert} />}
        <h2 ref={heading} tabIndex={-1}>
          {alert === null ? 'Alert' : headline(alert)}
        </h2>
        {alert !== null && <span class="alert-state">{stateWords(alert)}</span>}
        {alert !== null && <AcknowledgeButton alert={alert} />}
        <a class="close" href={bedHref(bed.patientId)} aria-label="Close this alert">
          ✕ Close
        </a>
      </header>
      {shown.value.state === 'asked' && <p class="quiet-text">Reading what is known of it…</p>}
      {shown.value.state === 'failed' && <p class="card-other">No more is known of it here: {shown.value.words}.</p>}
      {alert !== null && began !== null && (
        <div class="detail-columns">
          <div class="detail-column">
            <Reasons name={began === alert ? 'Why' : 'Why it was raised'} alert={began} />
            {began !== alert && <Reasons name="Why it stands as it does" alert={alert} />}
          </div>
          {read !== null && <AlertStory bed={bed} detail={read} />}
        </div>
      )}
    </section>
  )
}

/** Every reason, not only those that the list has room for. */
function Reasons({ name, alert: { reasons, missing } }: { name: string; alert: AlertView }) {
  return (
    <>
      <h3>{name}</h3>
      <ol class="detail-reasons">
        {reasons.map((reason) => (
          <li key={reason.code + reason.text}>{reasonWords(reason)}</li>
        ))}
      </ol>
      {missing.length > 0 && <p>Without {withoutWords(missing)}.</p>}
    </>
  )
}

function sameReasons(a: AlertView, b: AlertView | null): boolean {
  return JSON.stringify(a.reasons) === JSON.stringify(b?.reasons)
}

function stateWords({ presence, onsetTimeMs, count }: AlertView): string {
  const at = new Date(onsetTimeMs)
  const day = at.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' })
  return `${STATE_WORDS[presence]} · since ${day} ${at.toLocaleTimeString('en-GB')}${count > 1 ? ` · ${count} times` : ''}`
}

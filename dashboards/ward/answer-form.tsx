import { useLayoutEffect, useRef } from 'preact/hooks'
import type { AlertView } from '../../src/watch/events.ts'
import { AcknowledgeButton } from './alarm-bar.tsx'
import { headline } from './alert-reasons.ts'
import { accept, answering, handOn } from './commands.ts'

/** An alert may be in the list and on the page at once; its form is where it was asked for. */
type Place = 'list' | 'page'

const WORDS = {
  reject: { ask: 'Why not you?', send: 'Reject', reasons: ['At another bed', 'Not my patient', 'Not a true alarm'] },
  escalate: { ask: 'What is needed?', send: 'Escalate', reasons: ['A physician', 'A second nurse', 'A decision'] },
} as const

/** What a person can answer to an alert that is open, or that somebody has taken and hands on. */
export function Answers({ alert, place }: { alert: AlertView; place: Place }) {
  const { alertId, responsible } = alert
  const asked = answering.value
  const open = asked !== null && asked.alertId === alertId && asked.place === place ? asked.kind : null
  if (open !== null) return <ReasonForm key={open} alert={alert} kind={open} />
  return (
    <div class="answers">
      {responsible === null && (
        <button
          type="button"
          class="primary"
          data-testid="accept"
          aria-label={`Accept ${alert.bedId}: ${headline(alert)}`}
          title="I see to it"
          onClick={() => void accept(alert)}
        >
          Accept
        </button>
      )}
      <AcknowledgeButton alert={alert} short />
      <HandOnButton alert={alert} kind="reject" place={place} />
      <HandOnButton alert={alert} kind="escalate" place={place} />
    </div>
  )
}

function HandOnButton({ alert, kind, place }: { alert: AlertView; kind: 'reject' | 'escalate'; place: Place }) {
  const { send } = WORDS[kind]
  return (
    <button
      type="button"
      class="quiet"
      data-testid={kind}
      aria-label={`${send} ${alert.bedId}: ${headline(alert)}`}
      title={kind === 'reject' ? 'not by me: the next of the list, at once' : 'a level up, now'}
      onClick={() => (answering.value = { alertId: alert.alertId, kind, place })}
    >
      {send}
    </button>
  )
}

/** Whom it calls next has nothing to go by but the reason. */
function ReasonForm({ alert, kind }: { alert: AlertView; kind: 'reject' | 'escalate' }) {
  const box = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    box.current?.focus()
    // An alert that is over takes its form along.
    return () => void (answering.value = null)
  }, [])
  const { ask, send, reasons } = WORDS[kind]
  const id = `reason-${alert.alertId}`
  const close = (): void => void (answering.value = null)
  return (
    <form
      class="answer-form"
      data-testid="answer-form"
      aria-label={`${send} ${alert.bedId}: ${headline(alert)}`}
      onSubmit={(event) => {
        event.preventDefault()
        const reason = box.current?.value.trim() ?? ''
        if (reason === '') return
        void handOn(alert.alertId, kind, reason).then((done) => done && close())
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <label for={id}>{ask}</label>
      <input id={id} ref={box} name="reason" required maxLength={1_000} autocomplete="off" list={`${id}-known`} />
      <datalist id={`${id}-known`}>
        {reasons.map((reason) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
      <button type="submit" class="primary">
        {send}
      </button>
      <button type="button" class="quiet" onClick={close}>
        Cancel
      </button>
    </form>
  )
}

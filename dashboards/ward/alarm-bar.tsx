import type { AlertView } from '../../src/watch/events.ts'
import { isUnanswered } from './alert-order.ts'
import { headline, tileWords } from './alert-reasons.ts'
import { PRIORITY_MARK, PRIORITY_WORD, shortWords, wallWords } from './alert-words.ts'
import { acknowledge, acknowledging } from './commands.ts'

/** A button that answers an alert; it says so while the answer is on its way. */
export function AcknowledgeButton({ alert, short = false }: { alert: AlertView; short?: boolean }) {
  if (!isUnanswered(alert)) return null
  const pending = acknowledging.value.has(alert.alertId)
  const words = pending ? 'Sending…' : short ? 'Ack' : 'Acknowledge'
  return (
    <button
      type="button"
      class="acknowledge"
      data-testid="acknowledge"
      disabled={pending}
      aria-label={`${words} ${alert.bedId}: ${headline(alert)}`}
      onClick={() => void acknowledge(alert)}
    >
      {words}
    </button>
  )
}

/** Priority by colour, strokes and word; a wrench sets what is wrong with the equipment apart from what is with the patient. */
export function PriorityFlag({ alert }: { alert: Pick<AlertView, 'priority' | 'kind' | 'presence'> }) {
  const technical = alert.kind === 'technical'
  return (
    <span class="priority-flag" data-priority={alert.priority} data-kind={alert.kind}>
      <span aria-hidden="true">{technical ? `⚙ ${PRIORITY_MARK[alert.priority]}` : PRIORITY_MARK[alert.priority]}</span>{' '}
      <span class="priority-word">{PRIORITY_WORD[alert.priority]}</span>
      {technical && <span class="unseen">technical</span>}
    </span>
  )
}

/** The worst alert that stands at a bed, in one line, with its answer. */
export function AlarmBar({ alerts }: { alerts: readonly AlertView[] }) {
  const [worst, ...others] = alerts
  if (worst === undefined) return <p class="alarm-bar alarm-bar-quiet">No alerts</p>
  return (
    <div class="alarm-bar" data-priority={worst.priority} data-kind={worst.kind} data-presence={worst.presence}>
      <span class="alarm-mark" aria-hidden="true">
        {worst.kind === 'technical' ? '⚙' : PRIORITY_MARK[worst.priority]}
      </span>
      <span class="unseen">
        {PRIORITY_WORD[worst.priority]} {worst.kind} alert:
      </span>
      <span class="alarm-words">
        <span class="alarm-text alarm-text-full" title={headline(worst)}>
          {tileWords(worst)}
        </span>
        <span class="alarm-text alarm-text-short" title={headline(worst)}>
          {shortWords(worst.condition)}
        </span>
        <span class="alarm-text alarm-text-wall">{wallWords(worst.condition)}</span>
        <AlarmMeta worst={worst} others={others} />
      </span>
      <AcknowledgeButton alert={worst} short />
    </div>
  )
}

/** How often, whether it has ended or was answered, and how many others stand; nothing where there is nothing to say. */
function AlarmMeta({ worst, others }: { worst: AlertView; others: readonly AlertView[] }) {
  const { count, presence } = worst
  const state = presence === 'latched' ? 'ended' : presence === 'acknowledged' ? '✓ ack' : ''
  if (count <= 1 && state === '' && others.length === 0) return null
  return (
    <span class="alarm-meta">
      {count > 1 && <span class="alarm-count">{count}×</span>}
      {state !== '' && <span class="alarm-state">{state}</span>}
      {others.length > 0 && (
        <span class="alarm-more" title={others.map(headline).join('\n')}>
          +{others.length}
        </span>
      )}
    </span>
  )
}

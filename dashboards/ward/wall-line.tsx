import { useComputed } from '@preact/signals'
import { link } from '../app/connection.ts'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { AcknowledgeButton } from './alarm-bar.tsx'
import { isUnanswered } from './alert-order.ts'
import { headline } from './alert-reasons.ts'
import { conditionWords, PRIORITY_MARK, PRIORITY_WORD } from './alert-words.ts'
import { openWords } from './alert-summary.ts'
import { SoundSwitch } from './sound-switch.tsx'
import { ageWords } from './staleness.ts'

/** In the place of the list of alerts on a screen that is read from afar: the most urgent one, and how many others stand. */
export function WallLine() {
  const [worst] = ward.standing.value
  const known = link.value.state === 'live' || worst !== undefined
  const ageS = useComputed(() => {
    const first = ward.standing.value[0]
    return first === undefined ? 0 : Math.floor((serverNowMs(tick.value) - first.onsetTimeMs) / 1_000)
  }).value
  if (worst === undefined || !isUnanswered(worst))
    return (
      <aside class="wall-line" aria-label="Alerts">
        <p class="wall-quiet">{!known ? 'Not read yet' : worst === undefined ? 'No alerts' : 'All alerts answered'}</p>
        <SoundSwitch />
      </aside>
    )
  const technical = worst.kind === 'technical'
  return (
    <aside
      class="wall-line"
      aria-label="Alerts"
      data-testid="wall-line"
      data-alert-id={worst.alertId}
      data-priority={worst.priority}
      data-kind={worst.kind}
      data-presence={worst.presence}
    >
      <p class="wall-alert">
        <span aria-hidden="true">{technical ? '⚙' : PRIORITY_MARK[worst.priority]}</span>
        <span class="unseen">
          {PRIORITY_WORD[worst.priority]} {worst.kind} alert:
        </span>
        <span class="wall-bed">{worst.bedId === '' ? worst.patientId : worst.bedId}</span>
        <span class="wall-word">{conditionWords(worst.condition)}</span>
      </p>
      <p class="wall-reason">
        {headline(worst)}
        <span>
          {' '}
          · {ageWords(ageS)}
          {worst.presence === 'latched' && ' · ended, not answered'}
        </span>
      </p>
      <p class="wall-others">{openWords(ward.standing.value)}</p>
      <AcknowledgeButton alert={worst} />
      <SoundSwitch />
    </aside>
  )
}

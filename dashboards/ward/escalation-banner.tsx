import { useComputed } from '@preact/signals'
import { bedHref } from '../app/router.ts'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { headline } from './alert-reasons.ts'
import { PRIORITY_MARK } from './alert-words.ts'
import { accept } from './commands.ts'
import { assignedWords } from './nurse-words.ts'
import { ageWords } from './staleness.ts'

/** From this level on an unanswered high alert lies over whatever page is open. */
const BANNER_LEVEL = 2

/** The high alert that has gone unanswered furthest, over the page, until somebody answers it. */
export function EscalationBanner() {
  const far = ward.unanswered.value.filter(
    ({ priority, escalationLevel }) => priority === 'high' && escalationLevel >= BANNER_LEVEL,
  )
  const [worst] = far
  const onsetMs = worst?.onsetTimeMs ?? 0
  const age = useComputed(() => ageWords((serverNowMs(tick.value) - onsetMs) / 1_000)).value
  if (worst === undefined) return null
  return (
    <section class="escalation-banner" data-testid="escalation-banner" aria-label="Unanswered high alert">
      <p class="escalation-words">
        <span aria-hidden="true">{PRIORITY_MARK.high}</span> <a href={bedHref(worst.patientId)}>{worst.bedId}</a>{' '}
        {headline(worst)}
      </p>
      <p class="escalation-sub">
        unanswered for {age}, {assignedWords(ward.bed(worst.patientId)?.assignment.value?.userId ?? null)}
        {worst.escalatedTo === null ? '' : `, ${worst.escalatedTo} called`}
        {far.length > 1 && <a href="#/escalations"> +{far.length - 1} more</a>}
      </p>
      <button
        type="button"
        data-testid="banner-accept"
        aria-label={`Accept ${worst.bedId}: ${headline(worst)}`}
        onClick={() => void accept(worst)}
      >
        Accept
      </button>
    </section>
  )
}

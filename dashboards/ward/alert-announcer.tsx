import { effect } from '@preact/signals'
import { ward } from '../app/watch.ts'
import { headline } from './alert-reasons.ts'
import { PRIORITY_WORD, titleOf } from './alert-words.ts'

/** Says the worst unanswered alert to those who hear the screen rather than see it. */
export function AlertAnnouncer() {
  const [worst] = ward.unanswered.value
  const text = worst === undefined ? '' : `${PRIORITY_WORD[worst.priority]} alert, ${worst.bedId}: ${headline(worst)}`
  return (
    <div
      class="unseen"
      role="status"
      aria-live={worst?.priority === 'high' ? 'assertive' : 'polite'}
      aria-atomic="true"
    >
      {text}
    </div>
  )
}

/** Keeps the browser's title at the worst alert, and every flash in step with the others of its kind. */
export function startAlertSigns(): void {
  effect(() => {
    document.title = titleOf(ward.unanswered.value)
    requestAnimationFrame(() => requestAnimationFrame(flashInStep))
  })
}

/** CSS starts each animation when its element appears; a common start time makes the screen flash as one. */
function flashInStep(): void {
  for (const animation of document.getAnimations())
    if (animation instanceof CSSAnimation && animation.animationName.startsWith('flash-')) animation.startTime = 0
}

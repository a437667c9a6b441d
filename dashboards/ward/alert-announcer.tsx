import { effect } from '@preact/signals'
import { everyBeat } from '../app/heart-beat.ts'
import { clock } from '../app/screen-clock.ts'
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
  })
  everyBeat(flashInStep)
}

/**
 * A common time makes the screen flash as one; CSS starts each animation when its element appears. They are moved by the beat,
 * of which their periods are whole multiples: an animation that runs has its styles looked at in every frame, which took a
 * fifth of a core on a board of 64 beds. Until its first beat each runs as CSS has it.
 */
function flashInStep(): void {
  const nowMs = clock.monotonicMs()
  for (const animation of document.getAnimations()) {
    if (!(animation instanceof CSSAnimation) || !animation.animationName.startsWith('flash-')) continue
    if (animation.playState !== 'paused') animation.pause()
    animation.currentTime = nowMs
  }
}

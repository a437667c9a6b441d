import { batch } from '@preact/signals'
import { tick } from './screen-clock.ts'

let waiting: (() => void)[] = []

/**
 * Beds speak at moments of their own, and each change of a number has its tile laid out, painted and rastered: what came since
 * the last tick is put on the screen together, with the ages. Alerts and all that has to do with them never wait here.
 */
export function together(show: () => void): void {
  waiting.push(show)
}

/** Shows what waits; before anything that must come after it. What cannot be shown keeps nothing else from the screen. */
export function showGathered(): void {
  const shown = waiting
  waiting = []
  batch(() => {
    for (const show of shown) {
      try {
        show()
      } catch (error) {
        reportError(error)
      }
    }
  })
}

tick.subscribe(showGathered)

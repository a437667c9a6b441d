import { computed, effect, signal } from '@preact/signals'
import { me } from './me.ts'
import { route } from './router.ts'

/**
 * The unit whose board hangs on the wall here; null where this is no wall screen. A browser that is one by its link shows
 * nothing else, whatever its address says; others may look at a board that way, and do nothing on it.
 */
export const kioskUnit = computed<string | null>(() => {
  const here = me.value
  if (here?.roles.length === 1 && here.roles[0] === 'kiosk') return here.units === 'all' ? '' : (here.units[0] ?? '')
  const place = route.value
  return place.door === 'kiosk' ? place.unitId : null
})

/** Whether the browser has promised not to let the screen go dark. */
export const staysOn = signal(false)

let lock: WakeLockSentinel | null = null

/** A browser lets go of the promise whenever the page is hidden, and gives it by https or on its own machine alone. */
async function stayOn(): Promise<void> {
  const wanted = kioskUnit.peek() !== null
  if (!wanted) {
    await lock?.release()
    lock = null
  } else if (document.visibilityState === 'visible' && lock === null) {
    try {
      lock = (await navigator.wakeLock?.request('screen')) ?? null
      lock?.addEventListener('release', () => {
        lock = null
        staysOn.value = false
      })
    } catch {
      lock = null
    }
  }
  staysOn.value = lock !== null
}

export function startKiosk(): void {
  effect(() => {
    // For the style sheets, which take away all that could be done: see may.css.
    document.documentElement.dataset['kiosk'] = String(kioskUnit.value !== null)
    void stayOn()
  })
  document.addEventListener('visibilitychange', () => void stayOn())
}

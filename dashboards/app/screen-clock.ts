import { signal } from '@preact/signals'
import { SystemClock } from '../../src/clock.ts'
import { everyBeat } from './heart-beat.ts'
import { ServerClock } from './server-clock.ts'

/** How often ages and countdowns on the screen are looked at again. */
const TICK_MS = 200

export const clock = new SystemClock()
export const serverClock = new ServerClock()

/** Monotonic milliseconds, four or five times a second; what shows an age reads it. */
export const tick = signal(clock.monotonicMs())

everyBeat(() => {
  const nowMs = clock.monotonicMs()
  if (nowMs - tick.peek() >= TICK_MS) tick.value = nowMs
})

/** The server's time at a moment of this screen; before the server was heard, a time at which nothing looks live. */
export function serverNowMs(monotonicMs: number): number {
  return serverClock.nowMs(monotonicMs) ?? Number.MAX_SAFE_INTEGER
}

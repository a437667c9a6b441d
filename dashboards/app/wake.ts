import { everyBeat, sinceBeatMs } from './heart-beat.ts'
import { clock } from './screen-clock.ts'

/** The monotonic clock of some machines stands while they sleep and the wall clock does not; others beat late. */
const JUMP_MS = 2_000
const GAP_MS = 5_000

let offsetMs = clock.nowMs() - clock.monotonicMs()

/**
 * Calls `woke` as soon as this page runs again after its machine slept or its browser froze it: what is on the screen is of
 * before. A wall clock that is set forward looks the same, and costs one reading of the board. Gives back a look for whoever
 * may run before the next beat does: what waited at the socket comes at once.
 */
export function whenWoken(woke: () => void): () => void {
  const look = (sinceLastMs: number): void => {
    const before = offsetMs
    offsetMs = clock.nowMs() - clock.monotonicMs()
    if (offsetMs - before > JUMP_MS || sinceLastMs > GAP_MS) woke()
  }
  everyBeat(look)
  document.addEventListener('visibilitychange', () => look(sinceBeatMs()))
  document.addEventListener('resume', woke)
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) woke()
  })
  return () => look(sinceBeatMs())
}

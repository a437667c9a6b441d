import { type Check, broken, duration, ok, warning } from './check.ts'
import type { Clock } from './clock.ts'

const WATCHED_MS = 1_500
/** Slewing moves a clock by half a thousandth; more than this in the time watched is a step. */
const STEP_MS = 50
/** This build is younger than that: a machine without a battery or a network begins in the past. */
const BUILT_MS = Date.UTC(2026, 0, 1)

/** This machine's clock by itself. Against the broker's and the database's it is compared by the checks of those. */
export function clockCheck(clock: Clock): Check {
  return {
    about: 'clock',
    look: async () => {
      const todo = 'let one time service (chrony or systemd-timesyncd) keep the clock, from a server it can reach'
      const nowMs = clock.nowMs()
      if (nowMs < BUILT_MS) return [broken('clock', `it says ${new Date(nowMs).toISOString()}`, todo)]
      const monotonicMs = clock.monotonicMs()
      await clock.sleep(WATCHED_MS)
      const steppedMs = clock.nowMs() - nowMs - (clock.monotonicMs() - monotonicMs)
      if (Math.abs(steppedMs) < STEP_MS) return [ok('clock', `${new Date(nowMs).toISOString()}, runs evenly`)]
      return [warning('clock', `it was moved by ${duration(steppedMs)} within ${WATCHED_MS / 1_000} s`, todo)]
    },
  }
}

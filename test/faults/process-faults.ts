import type { SeededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import type { Fault, Length } from './fault.ts'
import { struckWard } from './struck-ward.ts'
import type { VigilProcess } from './vigil-process.ts'
import { tailOf, type Ward } from './ward.ts'

/** A supervisor starts what ended again after this, where it does. */
const SUPERVISOR_MS = 1_000
const PAUSED_MS: Readonly<Record<Length, number>> = { short: 12_000, usual: 90_000, long: 90_000 }

/** The process of a ward that is struck: one of those that run, in the order in which they joined. */
export function victimOf(ward: Ward, random: SeededRandom): VigilProcess {
  const running = ward.processes.filter((process) => process.running)
  const victim = running[Math.floor(random() * running.length)]
  if (victim === undefined) throw new Error('no process runs')
  return victim
}

/**
 * In half of the runs the process comes back, in the others its neighbour is left alone. Who comes back is a blow of its own: the
 * group divides its partitions anew.
 */
async function supervise(victim: VigilProcess, random: SeededRandom): Promise<readonly number[]> {
  if (random() < 0.5) return []
  await clock.sleep(SUPERVISOR_MS)
  const backMs = clock.nowMs()
  await victim.start()
  return [backMs]
}

export const KILLED: Fault = {
  name: 'kill -9',
  recoversWithinMs: 15_000,
  waits: false,
  run: (options) =>
    struckWard(options, {
      strikes: async (ward, random) => {
        const victim = victimOf(ward, random)
        const sinceMs = clock.nowMs()
        await victim.end('SIGKILL')
        return [sinceMs, ...(await supervise(victim, random))]
      },
    }),
}

export const STOPPED: Fault = {
  name: 'SIGTERM',
  recoversWithinMs: 5_000,
  waits: false,
  run: (options) =>
    struckWard(options, {
      strikes: async (ward, random) => {
        const victim = victimOf(ward, random)
        const sinceMs = clock.nowMs()
        const { code, tookMs } = await victim.end('SIGTERM')
        if (code !== 0 || tookMs > 10_000)
          ward.troubles.push(`the stop took ${Math.round(tookMs)} ms and ended with ${code}: ${tailOf(victim)}`)
        return [sinceMs, ...(await supervise(victim, random))]
      },
    }),
}

export const PAUSED: Fault = {
  name: 'SIGSTOP',
  recoversWithinMs: 15_000,
  waits: true,
  run: (options) =>
    struckWard(options, {
      strikes: async (ward, random, length) => {
        const victim = victimOf(ward, random)
        const pausedMs = clock.nowMs()
        victim.signal('SIGSTOP')
        await clock.sleep(PAUSED_MS[length])
        const resumedMs = clock.nowMs()
        victim.signal('SIGCONT')
        // What it still holds from before the pause, it gives out now if it ever does.
        await clock.sleep(5_000)
        return [pausedMs, resumedMs]
      },
    }),
}

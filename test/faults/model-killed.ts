import type { SeededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import type { Fault, Length } from './fault.ts'
import { victimOf } from './process-faults.ts'
import { struckWard } from './struck-ward.ts'
import type { Ward } from './ward.ts'

const WINDOW_MS = 5_000
const KILLS: Readonly<Record<Length, number>> = { short: 1, usual: 3, long: 10 }
/** A window waits for a new process for twice the deadline, then it is answered without; a busy machine needs seconds for one. */
const PATIENT = ['--predict-deadline-ms=10000']
/** Into the stopped process goes a batch of the windows that close meanwhile; its deadline must not be over. */
const STOPPED_MS = { least: 700, more: 800 }

/** A model's process is held still until windows have closed, so that a batch is in it, and then killed. */
async function kill(ward: Ward, random: SeededRandom, length: Length): Promise<readonly number[]> {
  const blowsMs: number[] = []
  for (let round = 0; round < KILLS[length]; round++) {
    const victim = victimOf(ward, random)
    const [model] = victim.childPids()
    if (model === undefined) throw new Error('no model runs')
    // Beds speak spread over a second, and a window closes half a second of grace after its end.
    const intoWindowMs = clock.nowMs() % WINDOW_MS
    await clock.sleep(WINDOW_MS - intoWindowMs + 300 + random() * 600)
    blowsMs.push(clock.nowMs())
    process.kill(model, 'SIGSTOP')
    await clock.sleep(STOPPED_MS.least + STOPPED_MS.more * random())
    process.kill(model, 'SIGKILL')
    await clock.sleep(2_000)
    if (!victim.output.includes('inference process replaced'))
      ward.troubles.push('nobody noticed that the model was killed')
  }
  return blowsMs
}

export const MODEL_KILLED: Fault = {
  name: 'model killed',
  recoversWithinMs: 5_000,
  waits: false,
  run: (options) =>
    struckWard(options, { strikes: kill, windowSizeMs: WINDOW_MS, models: ['heart-sound'], settings: PATIENT }),
}

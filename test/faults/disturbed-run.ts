import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import { heldAgainstUndisturbed } from './comparison.ts'
import { type Outcome, type RunOptions, type Strikes } from './fault.ts'
import { tailOf, Ward } from './ward.ts'

export interface Disturbance {
  strikes: Strikes
  /** Processes at the start. */
  processes?: number
  /** How many of them reach the broker over a cable of their own. */
  behindCables?: number
  windowSizeMs?: number
  models?: readonly string[]
  /** More settings of every process. */
  settings?: readonly string[]
  /** What else belongs to the ward, started before the load. */
  prepare?: (ward: Ward) => Promise<void>
  /** What else must come to its end before the processes are stopped. */
  beforeStop?: (ward: Ward) => Promise<void>
  /** What else must hold, once everything has stopped; it says what does not in the ward's troubles. */
  alsoHolds?: (ward: Ward) => Promise<void>
}

const WARM_MS = 2_500
const LIVE_WITHIN_MS = 60_000
/** Long enough after the recovery that what a process does on coming back can do its harm. */
const AFTER_MS = 4_000

/** One run: a ward works, a fault strikes it, it recovers, the load ends, and what it wrote is held against the undisturbed run. */
export async function disturbedRun(
  { lane, prefix, seed, length, keep }: RunOptions,
  how: Disturbance,
): Promise<Outcome> {
  const {
    strikes,
    processes = 2,
    behindCables = 0,
    windowSizeMs,
    models,
    settings,
    prepare,
    beforeStop,
    alsoHolds,
  } = how
  const random = seededRandom(mixedSeed(seed, 99))
  const ward = await Ward.open({
    lane,
    prefix,
    seed,
    ...(windowSizeMs === undefined ? {} : { windowSizeMs }),
    ...(models === undefined ? {} : { models }),
    ...(settings === undefined ? {} : { settings }),
  })
  try {
    await Promise.all(
      Array.from({ length: processes }, (_, index) => (index < behindCables ? ward.joinBehindCable() : ward.join())),
    )
    await prepare?.(ward)
    ward.startLoad()
    if (!(await ward.isLive(LIVE_WITHIN_MS))) throw new Error(`the ward never began to work: ${tails(ward)}`)
    await clock.sleep(WARM_MS + random() * 2_500)
    const blowsMs = await strikes(ward, random, length)
    if (!(await ward.isLive(LIVE_WITHIN_MS))) ward.troubles.push(`the ward never went on: ${tails(ward)}`)
    await clock.sleep(AFTER_MS)
    await ward.endLoad()
    const { waits, ...outcome } = await heldAgainstUndisturbed(ward.log, ward.config, blowsMs)
    if (keep !== null) writeFileSync(join(keep, `${prefix}waits.json`), JSON.stringify({ blowsMs, waits }, null, 1))
    await beforeStop?.(ward)
    await ward.stop()
    await alsoHolds?.(ward)
    return { ...outcome, troubles: ward.troubles }
  } finally {
    if (keep !== null) ward.keepOutputs(keep)
    await ward.close()
    await lane.forget(prefix)
  }
}

function tails(ward: Ward): string {
  return ward.processes.map(tailOf).join(' || ')
}

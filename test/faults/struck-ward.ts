import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import { heldAgainstUndisturbed } from './comparison.ts'
import type { Outcome, Strikes, Struck, WardOfStrikes } from './fault.ts'
import type { StrikeTimes } from './strike.ts'
import { tailOf, Ward, type WardOptions } from './ward.ts'

export interface Disturbance extends Pick<WardOptions, 'windowSizeMs' | 'models' | 'settings'> {
  strikes: Strikes
  /** Processes at the start. */
  processes?: number
  /** How many of them reach the broker over a cable of their own. */
  behindCables?: number
  /** What else belongs to the ward, started before the load. */
  prepare?: (ward: Ward) => Promise<void>
  /** Gives the ward its shape for the next strike; says when it did what the ward has to recover from. Unless it is given, what does not run is started. */
  restore?: (ward: Ward) => Promise<readonly number[]>
  /** What else must come to its end before the processes are stopped. */
  beforeStop?: (ward: Ward) => Promise<void>
  /** What else must hold, once everything has stopped: what does not, for each strike. */
  alsoHolds?: (ward: Ward, strikes: readonly StrikeTimes[]) => Promise<readonly (readonly string[])[]>
}

interface Strike {
  times: StrikeTimes
  troubles: string[]
  /** Why it could not be made, or null. */
  broken: string | null
}

/** Before the first strike of a ward, which has just started, and before each other. */
const WARM_MS = { first: 2_500, other: 500, more: 2_500 }
const LIVE_WITHIN_MS = 60_000
/** Long enough after the recovery that what a process does on coming back can do its harm. */
const AFTER_MS = 4_000

/**
 * A ward works, a fault strikes it, it recovers, and so again; the load ends, and what the ward wrote is held against the
 * undisturbed run, strike by strike.
 */
export async function struckWard(options: WardOfStrikes, how: Disturbance): Promise<Struck[]> {
  const { lane, prefix, seeds, keep } = options
  const { processes = 2, behindCables = 0, prepare, beforeStop, alsoHolds } = how
  const ward = await Ward.open({ ...how, lane, prefix, seed: seeds[0] ?? 0 })
  try {
    await Promise.all(
      Array.from({ length: processes }, (_, index) => (index < behindCables ? ward.joinBehindCable() : ward.join())),
    )
    await prepare?.(ward)
    ward.startLoad()
    if (!(await ward.isLive(LIVE_WITHIN_MS))) throw new Error(`the ward never began to work: ${tails(ward)}`)
    const strikes = await strikesOf(ward, options, how)
    const [first] = strikes
    if (first !== undefined && first.broken !== null) throw new Error(first.broken)
    const { broken = null } = strikes.at(-1) ?? {}
    await ward.endLoad().catch((error: unknown) => {
      throw broken === null ? error : new Error(broken)
    })
    const times = strikes.map((strike) => strike.times)
    const { outcomes, waits } = await heldAgainstUndisturbed(ward.log, ward.config, times)
    if (keep !== null)
      writeFileSync(join(keep, `${prefix}waits.json`), JSON.stringify({ seeds, times, waits }, null, 1))
    await beforeStop?.(ward)
    await ward.stop()
    strikes.at(-1)?.troubles.push(...ward.troubles.splice(0))
    const more = (await alsoHolds?.(ward, times)) ?? []
    return outcomes.map((outcome, index) => struck(outcome, strikes[index], more[index]))
  } finally {
    if (keep !== null) ward.keepOutputs(keep)
    await ward.close()
    // Where the broker did not come back, that is what is to be told, and the lane is given up with all topics.
    await lane.forget(prefix).catch(() => undefined)
  }
}

/** One strike a seed, until one is seen to be bad. */
async function strikesOf(ward: Ward, { seeds, length, onStrike }: WardOfStrikes, how: Disturbance): Promise<Strike[]> {
  const strikes: Strike[] = []
  let liveMs = 0
  for (const [index, seed] of seeds.entries()) {
    onStrike()
    const random = seededRandom(mixedSeed(seed, 99))
    const beganMs = clock.nowMs()
    const blowsMs: number[] = []
    const strike: Strike = { times: { liveMs, beganMs, blowsMs }, troubles: [], broken: null }
    strikes.push(strike)
    try {
      await clock.sleep((index === 0 ? WARM_MS.first : WARM_MS.other) + random() * WARM_MS.more)
      blowsMs.push(...(await how.strikes(ward, random, length)))
      liveMs = await wentOn(ward)
      if (index + 1 < seeds.length && ward.troubles.length === 0) {
        const restoredMs = await (how.restore ?? startedAgain)(ward)
        blowsMs.push(...restoredMs)
        if (restoredMs.length > 0) liveMs = await wentOn(ward)
      }
    } catch (error) {
      strike.broken = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    strike.troubles.push(...ward.troubles.splice(0), ...ward.endedByThemselves())
    if (strike.broken !== null || strike.troubles.length > 0) break
  }
  return strikes
}

/** Waits until the ward is live and has been for a while; says since when. */
async function wentOn(ward: Ward): Promise<number> {
  if (!(await ward.isLive(LIVE_WITHIN_MS))) ward.troubles.push(`the ward never went on: ${tails(ward)}`)
  const sinceMs = clock.nowMs()
  await clock.sleep(AFTER_MS)
  return sinceMs
}

/** Who comes back is a blow of its own: the group divides its partitions anew. */
async function startedAgain(ward: Ward): Promise<readonly number[]> {
  const blowsMs: number[] = []
  for (const process of ward.own.filter(({ running }) => !running)) {
    blowsMs.push(clock.nowMs())
    await process.start()
  }
  return blowsMs
}

function struck(
  outcome: Omit<Outcome, 'troubles'>,
  strike: Strike | undefined,
  more: readonly string[] | undefined,
): Struck {
  if (strike?.broken !== null) return { kind: 'broken', why: strike?.broken ?? 'it was not made' }
  return { kind: 'tried', ...outcome, troubles: [...strike.troubles, ...(more ?? [])] }
}

function tails(ward: Ward): string {
  return ward.processes.map(tailOf).join(' || ')
}

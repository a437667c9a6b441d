import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { clock, eventually, temporaryFolder, WardProcess } from '../live/ward-process.ts'
import { heldAgainstUndisturbed } from './comparison.ts'
import type { Fault, Length, Struck, WardOfStrikes } from './fault.ts'
import { outputsOf } from './outputs.ts'
import { gapsIn } from './sequence-gaps.ts'
import { SmallDisk } from './small-disk.ts'
import type { StrikeTimes } from './strike.ts'

const BEDS = 6
/** With its end and its start the ward is away for less than a minute; a longer gap the demo ward does not make up for, and says so. */
const FULL_MS: Readonly<Record<Length, number>> = { short: 1_000, usual: 3_000, long: 10_000 }
const WINDOW = { windowSizeMs: 2_000, windowGraceMs: 500 }
const FULL_WITHIN_MS = 40_000
/** What the ward does before it is struck, and on coming back. */
const WARM_MS = { first: 8_000, other: 1_000, more: 4_000 }
const LIVE_WITHIN_MS = 60_000
const AFTER_MS = 4_000

interface Strike {
  times: StrikeTimes
  troubles: string[]
  broken: string | null
}

/** The whole ward on its own log and database, on a disk that fills up: it ends, is started again, and lacks nothing. */
async function run(options: WardOfStrikes): Promise<readonly Struck[]> {
  const disk = SmallDisk.mount()
  if (disk === null) throw new Error('a small disk is mounted by root')
  const dataDir = join(disk.folder, 'data')
  mkdirSync(dataDir)
  const window = ['--window-size-ms', String(WINDOW.windowSizeMs), '--window-grace-ms', String(WINDOW.windowGraceMs)]
  const seed = String(options.seeds[0])
  const demo = ['--demo', 'on', '--demo-beds', String(BEDS), '--demo-seed', seed, '--recordings', 'none']
  const ward = new WardProcess([...demo, ...window, '--models', ''], dataDir)
  const copy = temporaryFolder()
  try {
    const strikes = await brought(ward, disk, options, copy)
    return await heldAgainstLog(defaultConfig({ dataDir: copy, ...WINDOW, models: [] }), strikes)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/**
 * Strikes the ward and brings its log away from the disk. LMDB's file stays open in every process that is started while the log
 * is open: looked into on the disk, it would keep the disk in use for as long as another ward of this harness works.
 */
async function brought(
  ward: WardProcess,
  disk: SmallDisk,
  options: WardOfStrikes,
  copy: string,
): Promise<readonly Strike[]> {
  let strikes: readonly Strike[] = []
  try {
    await ward.start()
    strikes = await strikesOf(ward, disk, options)
    if (ward.running) await ward.end('SIGTERM')
    cpSync(ward.dataDir, copy, { recursive: true })
    return strikes
  } finally {
    await ward.remove()
    strikes.at(-1)?.troubles.push(...(await disk.remove()))
  }
}

/** One strike a seed, until one is seen to be bad. */
async function strikesOf(ward: WardProcess, disk: SmallDisk, options: WardOfStrikes): Promise<Strike[]> {
  const strikes: Strike[] = []
  let liveMs = 0
  for (const [index, seed] of options.seeds.entries()) {
    options.onStrike()
    const random = seededRandom(mixedSeed(seed, 99))
    const blowsMs: number[] = []
    const strike: Strike = { times: { liveMs, beganMs: clock.nowMs(), blowsMs }, troubles: [], broken: null }
    strikes.push(strike)
    try {
      await clock.sleep((index === 0 ? WARM_MS.first : WARM_MS.other) + random() * WARM_MS.more)
      disk.fill()
      await eventually('the process ends', FULL_WITHIN_MS, async () => !ward.running)
      if (!/disk of the data folder is full/.test(ward.output))
        strike.troubles.push(`it ended with ${ward.output.slice(-300)}`)
      await clock.sleep(FULL_MS[options.length])
      disk.free()
      blowsMs.push(clock.nowMs())
      await ward.start()
      await eventually('windows close', LIVE_WITHIN_MS, async () => (await ward.metric('vigil_predictions_total')) > 0)
      liveMs = clock.nowMs()
      await clock.sleep(AFTER_MS)
    } catch (error) {
      strike.broken = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    if (strike.broken !== null || strike.troubles.length > 0) break
  }
  return strikes
}

async function heldAgainstLog(config: Config, strikes: readonly Strike[]): Promise<Struck[]> {
  const log = await openLog(config, clock, pino({ level: 'silent' }))
  try {
    const times = strikes.map((strike) => strike.times)
    const { outcomes } = await heldAgainstUndisturbed(log, config, times)
    const predictions = (await outputsOf(log)).filter(({ topic }) => topic === 'predictions')
    strikes.at(-1)?.troubles.push(...(await gapsIn(log)))
    return outcomes.map((outcome, index): Struck => {
      const strike = strikes[index]
      if (strike?.broken !== null) return { kind: 'broken', why: strike?.broken ?? 'it was not made' }
      const [freeMs = 0] = strike.times.blowsMs
      // The readings come from the same process: they had to wait as well.
      const next = predictions.flatMap(({ appendTimeMs }) => (appendTimeMs > freeMs ? [appendTimeMs] : []))
      return { kind: 'tried', ...outcome, recoveryMs: Math.min(...next) - freeMs, troubles: strike.troubles }
    })
  } finally {
    await log.close()
  }
}

export const FULL_DISK: Fault = {
  name: 'full disk',
  recoversWithinMs: 30_000,
  waits: false,
  leftOut: async () => {
    const disk = SmallDisk.mount()
    await disk?.remove()
    return disk === null ? 'a small disk is mounted by root' : null
  },
  run,
}

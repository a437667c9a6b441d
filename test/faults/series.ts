import { clock } from '../live/ward-process.ts'
import type { Length, Struck } from './fault.ts'
import type { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'
import type { Run } from './table.ts'
import type { Ward, WardQueue } from './ward-queue.ts'

export interface Series {
  queue: WardQueue
  length: Length
  sideBySide: number
  /** What is at work, for whoever reads the runs later; null: not known. */
  version: string | null
  keep: string | null
  onRun: (run: Run) => void
}

/** Every broker, network and disk listens, so that it does not outlive this process. */
const EXIT_LISTENERS = 128
/** Starting is the dearest that a ward does; that of another is not to be struck meanwhile. */
const APART_MS = 5_000

/** Makes every run that is asked for, so many wards side by side. Throws where no broker can be had. */
export async function series({ queue, length, sideBySide, version, keep, onRun }: Series): Promise<void> {
  process.setMaxListeners(EXIT_LISTENERS)
  const lanes = new Lanes()
  const workOff = async (number: number): Promise<void> => {
    await clock.sleep(number * APART_MS)
    for (let next = queue.take(); next !== undefined; next = queue.take()) {
      const ward = next
      const made = await lanes.with(
        ward.fault,
        (lane) => struck(lane, ward, { length, version, keep }),
        (runs) => runs.every(({ kind }) => kind !== 'broken'),
      )
      for (const run of made) onRun(run)
      queue.done(ward, made.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(sideBySide, queue.wards) }, (_, number) => workOff(number)))
  } finally {
    await lanes.close()
  }
}

/** The runs of one ward, as many as could be made of it; at least one. */
async function struck(
  lane: Lane,
  { fault, seeds }: Ward,
  { length, version, keep }: Pick<Series, 'length' | 'version' | 'keep'>,
): Promise<Run[]> {
  const [wardSeed = 0] = seeds
  const beganMs: number[] = []
  const startedMs = clock.monotonicMs()
  const date = new Date(clock.nowMs()).toISOString()
  const runOf = (strike: number, what: RunEnd): Run => {
    // Starting the ward is the first strike's, and ending it the last one's.
    const fromMs = strike === 0 ? startedMs : (beganMs[strike] ?? startedMs)
    const toMs = beganMs[strike + 1] ?? clock.monotonicMs()
    const wallS = Math.round((toMs - fromMs) / 100) / 10
    const seed = seeds[strike] ?? wardSeed
    return { fault: fault.name, seed, wardSeed, strike: strike + 1, date, version, wallS, ...what }
  }
  const why = (await fault.leftOut?.(lane)) ?? null
  if (why !== null) return seeds.map((_, strike) => runOf(strike, { kind: 'left_out', why }))
  const prefix = `f${process.pid}-${wardSeed}-${fault.name.replaceAll(/[^a-z0-9]/gi, '')}-`
  const onStrike = (): void => void beganMs.push(clock.monotonicMs())
  try {
    const made = await fault.run({ lane, prefix, seeds, length, keep, onStrike })
    const withinMs = fault.recoversWithinMs
    return made.map((one, strike) => runOf(strike, one.kind === 'tried' ? { ...one, withinMs } : one))
  } catch (error) {
    const broken = {
      kind: 'broken',
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } as const
    return seeds.slice(0, Math.max(1, beganMs.length)).map((_, strike) => runOf(strike, broken))
  }
}

type RunEnd = (Extract<Struck, { kind: 'tried' }> & { withinMs: number }) | { kind: 'left_out' | 'broken'; why: string }

import { clock } from '../live/ward-process.ts'
import { type Fault, type Length } from './fault.ts'
import { type Lane, openLane } from './lane.ts'
import { type Run } from './table.ts'

export interface Series {
  faults: readonly Fault[]
  runs: number
  firstSeed: number
  length: Length
  sideBySide: number
  keep: string | null
  onRun: (run: Run) => void
}

/** Every lane has a broker and a network that must not outlive this process. */
const EXIT_LISTENERS = 64

/** Tries every fault so many times, each lane on a broker of its own. Throws where no broker can be had. */
export async function series({ faults, runs, firstSeed, length, sideBySide, keep, onRun }: Series): Promise<void> {
  process.setMaxListeners(EXIT_LISTENERS)
  // Seed by seed, so that a series that is cut short has tried every fault about as often.
  const todo = Array.from({ length: runs }, (_, index) =>
    faults.map((fault) => ({ fault, seed: firstSeed + index })),
  ).flat()
  const workOff = async (number: number): Promise<void> => {
    let lane = await openLane(number)
    try {
      for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
        const run = await tried(lane, next.fault, next.seed, length, keep)
        onRun(run)
        if (run.kind !== 'broken') continue
        // Its broker may be what is broken; the next run must not suffer for it.
        await lane.close()
        lane = await openLane(number)
      }
    } finally {
      await lane.close()
    }
  }
  await Promise.all(Array.from({ length: Math.min(sideBySide, todo.length) }, (_, number) => workOff(number)))
}

async function tried(lane: Lane, fault: Fault, seed: number, length: Length, keep: string | null): Promise<Run> {
  const startedMs = clock.monotonicMs()
  const about = (): Pick<Run, 'fault' | 'seed' | 'wallS'> => ({
    fault: fault.name,
    seed,
    wallS: Math.round((clock.monotonicMs() - startedMs) / 100) / 10,
  })
  const leftOut = fault.leftOut?.(lane) ?? null
  if (leftOut !== null) return { ...about(), kind: 'left_out', why: leftOut }
  const prefix = `f${process.pid}-${seed}-${fault.name.replaceAll(/[^a-z0-9]/gi, '')}-`
  try {
    const outcome = await fault.run({ lane, prefix, seed, length, keep })
    return { ...about(), kind: 'tried', ...outcome, withinMs: fault.recoversWithinMs }
  } catch (error) {
    return { ...about(), kind: 'broken', why: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

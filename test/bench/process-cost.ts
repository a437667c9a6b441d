import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Clock } from '../../src/clock.ts'

/** The kernel counts CPU time in hundredths of a second for everyone who asks /proc. */
const TICKS_A_SECOND = 100
const LOOK_EVERY_MS = 100

export interface Cost {
  /** user and system, over the whole life of the processes */
  cpuSeconds: number
  /** each process's own peak, summed */
  peakRssMb: number
}

/** What processes cost, whatever they are written in. Made before they are started; `ended` when all have been waited for. */
export class ProcessCost {
  readonly #before: number
  readonly #peaks = new Map<number, number>()
  readonly #looking

  constructor(clock: Clock, children: () => readonly ChildProcess[]) {
    this.#before = childrenTicks()
    this.#looking = clock.every(LOOK_EVERY_MS, () => {
      for (const { pid } of children()) if (pid !== undefined) this.#look(pid)
    })
  }

  ended(): Cost {
    this.#looking.cancel()
    const peaks = [...this.#peaks.values()]
    // Where there is no /proc, nothing is known; that is not nought.
    const peakKb = peaks.length === 0 ? NaN : peaks.reduce((sum, peak) => sum + peak, 0)
    return { cpuSeconds: (childrenTicks() - this.#before) / TICKS_A_SECOND, peakRssMb: peakKb / 1024 }
  }

  #look(pid: number): void {
    const peak = /VmHWM:\s*(\d+)/.exec(readOrEmpty(`/proc/${pid}/status`))?.[1]
    if (peak !== undefined) this.#peaks.set(pid, Number(peak))
  }
}

/** CPU seconds that a living process has used; NaN when it is not there, or where there is no /proc. */
export function cpuSecondsOf(pid: number | undefined): number {
  const fields = fieldsOf(`/proc/${pid ?? 0}/stat`)
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

export function childrenOf(pid: number | undefined): number[] {
  const children = readOrEmpty(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`).split(' ')
  return children.filter((child) => child.trim() !== '').map(Number)
}

/** What a living process holds of memory now; NaN as above. */
export function rssMbOf(pid: number | undefined): number {
  return Number(/VmRSS:\s*(\d+)/.exec(readOrEmpty(`/proc/${pid ?? 0}/status`))?.[1]) / 1024
}

/** User and system time of our children that have ended and been waited for; NaN where there is no /proc. */
function childrenTicks(): number {
  const fields = fieldsOf('/proc/self/stat')
  return Number(fields[13]) + Number(fields[14])
}

/** The fields after the command, which may hold blanks itself: the first of them is the state. */
function fieldsOf(path: string): string[] {
  const stat = readOrEmpty(path)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

import { type ChildProcess, fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SystemClock } from '../../src/clock.ts'
import { temporaryFolder } from '../live/ward-process.ts'
import type { Crossing, LiveWardAsked, LiveWardOptions, LiveWardSays } from './live-ward-messages.ts'
import { childrenOf, cpuSecondsOf, rssMbOf } from './process-cost.ts'

const PROCESS = fileURLToPath(new URL(`./live-ward-process${extname(import.meta.url)}`, import.meta.url))
const SEED = 11
/** After this an alert is lost. */
export const ALERT_WITHIN_MS = 15_000
const STOP_WITHIN_MS = 12_000
const clock = new SystemClock()

/** When a screen had an alert. */
export interface Sighting {
  patientId: string
  atMs: number
}

/** A ward in a process of its own, with all stages and with beds that say vitals, heart sound and video every second. */
export class LiveWard {
  readonly crossings: Crossing[] = []
  readonly #child: ChildProcess
  readonly #dataDir: string
  address = ''
  /** The furthest that its feed was behind the clock. */
  behindMs = 0

  private constructor(options: Omit<LiveWardOptions, 'dataDir' | 'seed'>) {
    this.#dataDir = temporaryFolder()
    const told: LiveWardOptions = { ...options, seed: SEED, dataDir: this.#dataDir }
    this.#child = fork(PROCESS, [JSON.stringify(told)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  }

  static async start(options: Omit<LiveWardOptions, 'dataDir' | 'seed'>): Promise<LiveWard> {
    const ward = new LiveWard(options)
    await new Promise<void>((resolve, reject) => {
      ward.#child.once('exit', (code) => reject(new Error(`the ward ended with ${code ?? '?'}`)))
      ward.#child.on('message', (said: LiveWardSays) => {
        if ('address' in said) {
          ward.address = said.address
          resolve()
        } else if ('crossing' in said) ward.crossings.push(said.crossing)
        else ward.behindMs = Math.max(ward.behindMs, said.behindMs)
      })
    })
    return ward
  }

  cross(crossEveryMs: number | null): void {
    this.#child.send({ crossEveryMs } satisfies LiveWardAsked)
  }

  /** Of the ward with its feed, and of its inference process apart from it. */
  cpuSeconds(): { ward: number; inference: number } {
    const { pid } = this.#child
    return {
      ward: cpuSecondsOf(pid),
      inference: childrenOf(pid).reduce((sum, child) => sum + cpuSecondsOf(child), 0),
    }
  }

  rssMb(): number {
    return rssMbOf(this.#child.pid)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()))
      this.#child.disconnect()
      const killing = clock.after(STOP_WITHIN_MS, () => this.#child.kill('SIGKILL'))
      await exited
      killing.cancel()
    }
    rmSync(this.#dataDir, { recursive: true, force: true })
  }
}

/** How long each crossing took to a screen; Infinity where it never came there. A bed crosses again only when all is over. */
export function latenciesOf(crossings: readonly Crossing[], seen: readonly Sighting[]): number[] {
  return crossings.map(({ patientId, sentMs }) => {
    const its = seen.filter((sighting) => sighting.patientId === patientId && sighting.atMs >= sentMs)
    const firstMs = Math.min(...its.map(({ atMs }) => atMs)) - sentMs
    return firstMs <= ALERT_WITHIN_MS ? firstMs : Infinity
  })
}

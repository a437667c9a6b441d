import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clock, temporaryFolder } from '../live/ward-process.ts'
import { holdersOf } from './disk-holders.ts'

const DISK_MB = 300
/** Less than the log asks for to go on, more than what is being written at that moment. */
const LEFT_BYTES = 3_000_000
/** The kernel lets go of what an ended process had mapped a moment after its end. */
const AT_ONCE_MS = 2_000
const UNMOUNTED_WITHIN_MS = 10_000
const LOOK_AGAIN_MS = 100

/** A disk that fills up, in memory. */
export class SmallDisk {
  readonly folder: string
  readonly #file: string
  readonly #removeAtExit = (): void => void umount(this.folder, '-l')

  private constructor(folder: string) {
    this.folder = folder
    this.#file = join(folder, 'fill')
    process.on('exit', this.#removeAtExit)
  }

  /** null: only root mounts. */
  static mount(): SmallDisk | null {
    const folder = temporaryFolder()
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder]).status === 0)
      return new SmallDisk(folder)
    rmSync(folder, { recursive: true })
    return null
  }

  /** Others write meanwhile: the disk may be full before all is there, and that is what is wanted. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.folder)
    try {
      writeFileSync(this.#file, Buffer.alloc(Math.max(0, bavail * bsize - LEFT_BYTES)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  free(): void {
    rmSync(this.#file)
  }

  /** Waits until nobody uses it, and says which other process did for longer than a moment. Never fails. */
  async remove(): Promise<string[]> {
    const startedMs = clock.monotonicMs()
    const tookMs = (): number => clock.monotonicMs() - startedMs
    let holders: readonly string[] = []
    while (!umount(this.folder)) {
      if (tookMs() > AT_ONCE_MS && holders.length === 0) holders = holdersOf(this.folder)
      if (tookMs() > UNMOUNTED_WITHIN_MS) {
        umount(this.folder, '-l')
        break
      }
      await clock.sleep(LOOK_AGAIN_MS)
    }
    process.off('exit', this.#removeAtExit)
    const troubles = holders.map((holder) => `the disk was still in use ${AT_ONCE_MS} ms after the end: ${holder}`)
    try {
      rmSync(this.folder, { recursive: true, force: true })
    } catch (error) {
      troubles.push(`the folder of the disk stays: ${String(error)}`)
    }
    return troubles
  }
}

function umount(folder: string, ...how: string[]): boolean {
  return spawnSync('umount', [...how, folder], { stdio: 'ignore' }).status === 0
}

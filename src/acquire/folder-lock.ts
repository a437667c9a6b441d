import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VigilError } from '../errors.ts'

/** Holds a folder for one process: two writers of one spool would overwrite each other's records. */
export class FolderLock {
  readonly #path: string
  #held = true

  private constructor(path: string) {
    this.#path = path
  }

  /** Throws LOG_LOCKED while the process that holds it lives; the lock of a dead one is taken over. */
  static take(folder: string): FolderLock {
    const path = join(folder, 'owner.pid')
    const own = `${path}.${process.pid}`
    // A link appears with its content or not at all, so that nobody reads a lock file half written.
    writeFileSync(own, String(process.pid))
    try {
      for (let tries = 0; tries < 3; tries++) {
        try {
          linkSync(own, path)
          return new FolderLock(path)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
          if (isAlive(ownerOf(path))) throw new VigilError('LOG_LOCKED', 'the spool')
          rmSync(path, { force: true })
        }
      }
      throw new VigilError('LOG_LOCKED', 'the spool')
    } finally {
      rmSync(own, { force: true })
    }
  }

  release(): void {
    if (this.#held) rmSync(this.#path, { force: true })
    this.#held = false
  }
}

function ownerOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return NaN // gone in the meantime
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

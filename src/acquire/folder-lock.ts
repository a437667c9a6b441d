import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { VigilError } from '../errors.ts'

/** Locks of this process: a lock file with our own number that is not among them was left by an earlier process. */
const held = new Set<string>()

/** Holds a folder for one process: two writers of one spool would overwrite each other's records. */
export class FolderLock {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
    held.add(path)
  }

  /** Throws LOG_LOCKED while the process that holds it lives; the lock of a dead one is taken over. */
  static take(folder: string): FolderLock {
    const path = resolve(join(folder, 'owner.pid'))
    const own = `${path}.${process.pid}`
    // A link appears with its content or not at all, so that nobody reads a lock file half written.
    writeFileSync(own, `${process.pid} ${startOf(process.pid)}`)
    try {
      for (let tries = 0; tries < 3; tries++) {
        try {
          linkSync(own, path)
          return new FolderLock(path)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
          if (isHeld(path)) break
          rmSync(path, { force: true })
        }
      }
      throw new VigilError('LOG_LOCKED', 'the spool')
    } finally {
      rmSync(own, { force: true })
    }
  }

  release(): void {
    if (held.delete(this.#path)) rmSync(this.#path, { force: true })
  }
}

function isHeld(path: string): boolean {
  let pid: number
  let start: string
  try {
    const [first = '', second = ''] = readFileSync(path, 'utf8').split(' ')
    pid = Number(first)
    start = second
  } catch {
    return false // gone in the meantime
  }
  // In a container every process may be number 1, and its predecessor was too.
  if (pid === process.pid) return held.has(path)
  return isAlive(pid) && (start === '' || start === startOf(pid))
}

/** When a process began, in the kernel's count (proc(5), field 22 of stat); '' where that cannot be known. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces; field 3 follows it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
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

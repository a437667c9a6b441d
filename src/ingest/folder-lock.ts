import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { VigilError } from '../errors.ts'

export interface FolderLock {
  release(): void
}

interface Holder {
  pid: number
  /** Start of the process in kernel ticks, where /proc has it: a number that was given to another process is no holder. */
  started: string | null
  token: string
}

const LOCK = 'lock'
const heldHere = new Set<string>()

/**
 * Holds a folder for this process. The lock is a file that names its holder; one whose holder is dead (kill -9, a restarted
 * container) is taken over. Throws LOG_LOCKED while another lives.
 */
export function lockFolder(folder: string): FolderLock {
  const real = realpathSync(folder)
  if (heldHere.has(real)) throw new VigilError('LOG_LOCKED', `${folder}, by this process`)
  const path = join(real, LOCK)
  const mine: Holder = { pid: process.pid, started: startOf(process.pid), token: randomUUID() }
  const draft = join(real, `${LOCK}.${mine.token}`)
  writeFileSync(draft, JSON.stringify(mine))
  try {
    if (!tryLink(draft, path)) {
      const holder = readHolder(path)
      if (holder !== null && isAlive(holder)) throw new VigilError('LOG_LOCKED', `${folder}, by process ${holder.pid}`)
      takeAway(real, path, holder)
      if (!tryLink(draft, path)) throw new VigilError('LOG_LOCKED', folder)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  heldHere.add(real)
  return {
    release() {
      if (heldHere.delete(real) && readHolder(path)?.token === mine.token) rmSync(path, { force: true })
    },
  }
}

/** Moves a dead holder's file aside. Two processes may try at once: only the file that was judged may go. */
function takeAway(folder: string, path: string, judged: Holder | null): void {
  const aside = join(folder, `${LOCK}.${randomUUID()}`)
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readHolder(aside)?.token !== judged?.token) tryLink(aside, path)
  rmSync(aside, { force: true })
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function readHolder(path: string): Holder | null {
  try {
    const { pid, started, token } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    return typeof pid === 'number' && typeof token === 'string' ? { pid, started: started ?? null, token } : null
  } catch {
    return null
  }
}

/** A holder with our own number is an earlier life: containers give every process number 1. */
function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return started === null || startOf(pid) === started
}

/** Field 22 of /proc/<pid>/stat; the second one may hold spaces, in parentheses. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

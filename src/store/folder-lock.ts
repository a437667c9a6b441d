import {
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { type Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'

export interface FolderLock {
  release(): void
}

/** A holder on another machine or in another container cannot be asked whether it lives: it shows it by the file's age. */
const BEAT_MS = 2_000
const SILENT_MS = 15_000

/**
 * Takes the lock file of a folder that two processes must never open at once. A lock whose holder is dead (kill -9) is
 * taken over at once on the same machine, after 15 s of silence from another. Throws LOG_LOCKED.
 */
export function lockFolder(path: string, clock: Clock): FolderLock {
  const mine = holder(process.pid)
  for (let tries = 0; !create(path, mine); tries++) {
    const theirs = readOrNull(path)
    if (theirs === null) continue
    if (tries > 3 || alive(path, theirs, clock)) throw new VigilError('LOG_LOCKED', 'the embedded database')
    setAside(path, theirs)
  }
  const beat = clock.every(BEAT_MS, () => {
    const seconds = clock.nowMs() / 1000
    if (readOrNull(path) === mine) utimesSync(path, seconds, seconds)
  })
  return {
    release() {
      beat.cancel()
      if (readOrNull(path) === mine) unlinkSync(path)
    },
  }
}

/** Machine, process, and when that process began: a process id alone is given out again. */
function holder(pid: number): string {
  return JSON.stringify([hostname(), pid, startTicks(pid)])
}

function alive(path: string, theirs: string, clock: Clock): boolean {
  const [host, pid] = parse(theirs)
  if (host === hostname()) return running(pid) && holder(pid) === theirs
  return clock.nowMs() - statSync(path).mtimeMs < SILENT_MS
}

function running(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat; '' where there is no /proc, 'ended' for a process that only waits to be reaped. */
function startTicks(pid: number): string {
  const stat = readOrNull(`/proc/${pid}/stat`)
  // The fields after the name, which may hold spaces and brackets: state is the third of all.
  const fields = stat === null ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
}

function create(path: string, content: string): boolean {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, content)
    closeSync(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead holder's lock away. When two processes try, one of them may have moved the other's new lock: it goes back. */
function setAside(path: string, theirs: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readOrNull(aside) !== theirs) linkSync(aside, path)
  unlinkSync(aside)
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function parse(content: string): [string, number] {
  try {
    const [host, pid] = JSON.parse(content) as [string, number]
    return [String(host), Number(pid)]
  } catch {
    return [hostname(), -1]
  }
}

import {
  linkSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from './clock.ts'
import { VigilError } from './errors.ts'

export interface FolderLock {
  release(): void
}

interface Holder {
  /** Where the number means something: the machine, or the container on it. */
  place: string
  pid: number
  /** Start of the process in kernel ticks, where /proc has it: a number that was given to another process is no holder. */
  started: string | null
  token: string
}

const LOCK = 'lock'
/** A holder in another place cannot be asked whether it lives: it shows it by the age of the file. */
const BEAT_MS = 2_000
const SILENT_MS = 15_000
const heldHere = new Set<string>()

/**
 * Holds a folder for this process. The lock is a file that names its holder; one whose holder is dead is taken over: at once
 * in the same place (kill -9), after 15 s of silence from another machine or container. Throws LOG_LOCKED while another
 * lives.
 */
export function lockFolder(folder: string, clock: Clock): FolderLock {
  const real = realpathSync(folder)
  if (heldHere.has(real)) throw new VigilError('LOG_LOCKED', `${folder}, by this process`)
  const path = join(real, LOCK)
  const mine: Holder = { place: place(), pid: process.pid, started: startOf(process.pid), token: randomUUID() }
  const draft = join(real, `${LOCK}.${mine.token}`)
  const beat = (of: string): void => utimesSync(of, clock.nowMs() / 1_000, clock.nowMs() / 1_000)
  writeFileSync(draft, JSON.stringify(mine))
  beat(draft)
  try {
    if (!tryLink(draft, path)) {
      const holder = readHolder(path)
      if (holder !== null && isAlive(holder, path, clock))
        throw new VigilError('LOG_LOCKED', `${folder}, by process ${holder.pid}${elsewhere(holder)}`)
      takeAway(real, path, holder)
      if (!tryLink(draft, path)) throw new VigilError('LOG_LOCKED', folder)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  heldHere.add(real)
  const beating = clock.every(BEAT_MS, () => {
    const token = readHolder(path)?.token
    if (token === mine.token) beat(path)
    // We slept for so long that we were taken for dead: to write on would lose the records of both.
    else if (token !== undefined)
      throw new VigilError('LOG_LOCKED', `${folder} was taken over while this process slept`)
  })
  return {
    release() {
      beating.cancel()
      if (heldHere.delete(real) && readHolder(path)?.token === mine.token) rmSync(path, { force: true })
    },
  }
}

/** Who holds a folder, in words; null when nobody does. Takes nothing. */
export function holderOf(folder: string, clock: Clock): string | null {
  const path = join(folder, LOCK)
  const holder = readHolder(path)
  if (holder === null) return null
  const isOurs = holder.place === place() && holder.pid === process.pid
  return isOurs || isAlive(holder, path, clock) ? `process ${holder.pid}${elsewhere(holder)}` : null
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
    const { place: where, pid, started, token } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    if (typeof pid !== 'number' || typeof token !== 'string') return null
    return { place: where ?? place(), pid, started: started ?? null, token }
  } catch {
    return null
  }
}

/** Containers have process numbers of their own, and may share the name of their machine. */
function place(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function elsewhere({ place: where }: Holder): string {
  return where === place() ? '' : ` of another machine or container (free ${SILENT_MS / 1_000} s after that is gone)`
}

/** In our own place a holder with our own number is an earlier life. */
function isAlive(holder: Holder, path: string, clock: Clock): boolean {
  if (holder.place !== place()) return clock.nowMs() - beatOf(path) < SILENT_MS
  if (holder.pid === process.pid) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return holder.started === null || startOf(holder.pid) === holder.started
}

/** When the holder last showed that it lives, ms since the epoch; of a file that is gone: never. */
function beatOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity
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

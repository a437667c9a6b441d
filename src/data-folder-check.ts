import { randomUUID } from 'node:crypto'
import { access, constants, open, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Check, type Finding, broken, duration, megabytes, ok, warning } from './check.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { LEAST_FREE_BYTES } from './data-folder.ts'

const LEAST_FREE_INODES = 1_000
/** The log is forced to disk five times a second: a disk that takes longer than this for 64 KB does not keep up. */
const SLOW_SYNC_MS = 1_000
const TRIES = 3
const PROOF_BYTES = 64 * 1024
/** File systems in memory (statfs(2)). */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6])

type Settings = Pick<Config, 'dataDir' | 'kafkaBrokers' | 'logRetentionBytes'>

/** The data folder and the disk below it: writable, room for what is to be kept, and fsync that answers. */
export function dataFolderCheck(config: Settings, clock: Clock): Check {
  const { dataDir } = config
  return {
    about: 'data folder',
    look: async () => {
      const folder = await nearest(resolve(dataDir))
      const isThere = folder === resolve(dataDir)
      const todo = `make ${dataDir} a folder that this user may write, or name another one with --data`
      if (folder === null) return [broken('data folder', `${dataDir} lies below something that is no folder`, todo)]
      try {
        await access(folder, constants.W_OK | constants.X_OK)
      } catch {
        return [broken('data folder', `${folder} cannot be written`, todo), ...(await space(config, folder))]
      }
      const found = isThere
        ? await proof(folder, clock, todo)
        : ok('data folder', `${dataDir} is not there yet; the first start makes it`)
      return [found, ...(await space(config, folder))]
    },
  }
}

/** The folder, or the nearest above it that is there; null when that is no folder. */
async function nearest(path: string): Promise<string | null> {
  try {
    return (await stat(path)).isDirectory() ? path : null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR' || path === dirname(path)) return null
    if (code !== 'ENOENT') return path
    return nearest(dirname(path))
  }
}

async function proof(folder: string, clock: Clock, todo: string): Promise<Finding> {
  try {
    let tookMs = Infinity
    // A disk that is only busy for a moment is fast the next time.
    for (let tries = 0; tries < TRIES && tookMs > SLOW_SYNC_MS; tries++)
      tookMs = Math.min(tookMs, await syncTime(folder, clock))
    if (tookMs < SLOW_SYNC_MS) return ok('data folder', `${folder} is writable, fsync took ${duration(tookMs)}`)
    const slow = 'use a faster or less busy disk, local rather than on the network, or a longer --log-sync-ms'
    return warning('data folder', `${folder} is writable, but fsync took ${duration(tookMs)}`, slow)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return broken('data folder', `${folder} takes no more bytes (${code})`, 'free space on its disk')
    return broken('data folder', `${folder} cannot be written (${code})`, todo)
  }
}

/** Writes and syncs a file that has no name any more, so that nothing stays even if we are killed. */
async function syncTime(folder: string, clock: Clock): Promise<number> {
  const path = join(folder, `.doctor-${randomUUID()}`)
  const file = await open(path, 'wx')
  try {
    await rm(path).catch(() => undefined)
    const startedMs = clock.monotonicMs()
    await file.writeFile(Buffer.alloc(PROOF_BYTES))
    await file.sync()
    return clock.monotonicMs() - startedMs
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}

async function space({ dataDir, kafkaBrokers, logRetentionBytes }: Settings, folder: string): Promise<Finding[]> {
  const { bavail, bsize, files, ffree, type } = await statfs(folder)
  const freeBytes = bavail * bsize
  const free = `${megabytes(freeBytes)} free`
  const findings: Finding[] = []
  if (freeBytes < LEAST_FREE_BYTES)
    findings.push(broken('disk', `${free}; a start needs ${megabytes(LEAST_FREE_BYTES)}`, 'free space on this disk'))
  // A file system that makes inodes as it needs them says 0.
  if (files > 0 && ffree < LEAST_FREE_INODES)
    findings.push(broken('disk', `${ffree} inodes free`, 'remove small files on this disk, or use another'))
  if (IN_MEMORY.has(type))
    findings.push(warning('disk', `${folder} is in memory: a reboot loses it`, 'name a folder on a disk with --data'))
  const logBytes = kafkaBrokers.length > 0 ? 0 : Math.max(0, logRetentionBytes - (await logSize(dataDir)))
  if (freeBytes >= LEAST_FREE_BYTES && freeBytes < logBytes + LEAST_FREE_BYTES) {
    const saw = `${free}, but the log may still grow by ${megabytes(logBytes)} before it forgets`
    const most = Math.max(1e6, Math.floor(freeBytes / 2e6) * 1e6)
    findings.push(warning('disk', saw, `free space, or keep less: --log-retention-bytes ${most}`))
  }
  return findings.length > 0 ? findings : [ok('disk', `${free}${files > 0 ? `, ${ffree} inodes` : ''}`)]
}

async function logSize(dataDir: string): Promise<number> {
  try {
    const { blocks } = await stat(join(dataDir, 'log', 'data.mdb'))
    return blocks * 512
  } catch {
    return 0
  }
}

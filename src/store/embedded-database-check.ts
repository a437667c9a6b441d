import { cp, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises'
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Check, type Finding, broken, megabytes, notKnown, ok, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { holderOf } from '../folder-lock.ts'
import { openPgliteDatabase } from './pglite-database.ts'
import { schemaFindings } from './sql-look.ts'

/** What is larger takes too long to copy. */
const MOST_COPIED_BYTES = 500e6
/** It takes 1-2 s on a machine that has little else to do. */
const OPENS_WITHIN_MS = 13_000
const ABOUT = 'database'

/**
 * The embedded database. To open it writes in it, so a copy is opened, and only while no ward holds it. The copy lies in
 * the folder of temporary files, readable to us alone, and goes again.
 */
export function embeddedDatabaseCheck(dataDir: string, clock: Clock): Check {
  const archive = join(dataDir, 'archive')
  const database = join(archive, 'database')
  return {
    about: ABOUT,
    look: async (signal) => {
      if (!existsSync(database)) return [ok(ABOUT, 'embedded; there is none yet, the first start makes it')]
      const holder = holderOf(archive, clock)
      if (holder !== null) return [ok(ABOUT, `embedded; held by a running ward (${holder}), not opened beside it`)]
      try {
        const bytes = await sizeOf(database)
        const { bavail, bsize } = await statfs(tmpdir())
        if (bytes > Math.min(MOST_COPIED_BYTES, (bavail * bsize) / 2))
          return [notKnown(ABOUT, `embedded; ${megabytes(bytes)} is too much to try it on a copy`)]
        return await onCopy(database, async (copy) => {
          if (holderOf(archive, clock) !== null) return [notKnown(ABOUT, 'embedded; a ward has just opened it')]
          return inside(copy, archive, megabytes(bytes), clock, signal)
        })
      } catch (error) {
        const { code = 'unknown' } = error as NodeJS.ErrnoException
        const todo = 'run this, and the ward, as the user who owns the data folder'
        return [broken(ABOUT, `embedded; ${database} cannot be read (${code})`, todo)]
      }
    },
  }
}

/** Has a copy of the database used. It holds what the archive holds: it goes too when something ends us in the middle. */
async function onCopy(database: string, use: (copy: string) => Promise<Finding[]>): Promise<Finding[]> {
  const copy = await mkdtemp(join(tmpdir(), 'vigil-doctor-copy-'))
  const removeAtExit = (): void => rmSync(copy, { recursive: true, force: true })
  process.on('exit', removeAtExit)
  try {
    await cp(database, join(copy, 'database'), { recursive: true })
    return await use(copy)
  } finally {
    await rm(copy, { recursive: true, force: true })
    process.off('exit', removeAtExit)
  }
}

async function inside(
  copy: string,
  archive: string,
  size: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding[]> {
  const patience = new AbortController()
  const timer = clock.after(OPENS_WITHIN_MS, () => patience.abort())
  try {
    const database = await openPgliteDatabase(copy, clock, AbortSignal.any([signal, patience.signal]))
    try {
      return [
        ok(ABOUT, `embedded; a copy opens and proves itself, ${size}`),
        ...(await schemaFindings((sql) => database.query(sql, []))),
      ]
    } finally {
      await database.close()
    }
  } catch (error) {
    if (patience.signal.aborted) {
      const saw = `embedded; a copy did not open in ${OPENS_WITHIN_MS / 1_000} s`
      return [warning(ABOUT, saw, 'look again when this machine has less to do; if it stays so, it is damaged')]
    }
    const code = error instanceof VigilError ? error.code : 'unknown'
    if (code === 'DISK_FULL') return [notKnown(ABOUT, 'embedded; there is no room to try it on a copy')]
    const todo = `bring ${archive} back from a backup, or move it aside: alarms go on without it, a start makes a new one`
    return [broken(ABOUT, `embedded; it does not open (${code})`, todo)]
  } finally {
    timer.cancel()
  }
}

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

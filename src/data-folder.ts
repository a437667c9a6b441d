import { accessSync, constants, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VigilError } from './errors.ts'

/** Less than this free and the log would stop within minutes: better not to start. */
export const LEAST_FREE_BYTES = 64 * 1024 * 1024
const FULL_BYTES = 4 * 1024 * 1024

/**
 * Makes the data folder and proves that it can be written, before anything is started.
 * Throws FOLDER_UNWRITABLE or DISK_FULL.
 */
export function prepareDataFolder(folder: string): void {
  const proof = join(folder, '.proof')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    writeFileSync(proof, Buffer.alloc(64 * 1024), { flush: true })
    rmSync(proof)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new VigilError('DISK_FULL', folder, { cause: error })
    throw new VigilError('FOLDER_UNWRITABLE', `${folder} (${code ?? 'unknown'})`, { cause: error })
  }
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < LEAST_FREE_BYTES)
    throw new VigilError(
      'DISK_FULL',
      `${folder} has ${Math.floor((bavail * bsize) / 1_048_576)} MB left, 64 are needed`,
    )
}

/** Whether so little is free below a folder that nothing more can be written. */
export function isDiskFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < FULL_BYTES
}

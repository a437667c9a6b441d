import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VigilError } from '../errors.ts'

/** Less room than this on the disk explains a failed write; LMDB itself reports a short write as an input/output error. */
const FULL_BELOW_BYTES = 2_000_000
const MDB_MAP_FULL = -30_792

/** Makes the folder and proves that it can be written. Throws FOLDER_UNWRITABLE or DISK_FULL. */
export function prepareFolder(folder: string): void {
  const probe = join(folder, `probe.${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(probe, 'vigil')
    rmSync(probe)
  } catch (cause) {
    if (codeOf(cause) === 'ENOSPC') throw new VigilError('DISK_FULL', folder, { cause })
    throw new VigilError('FOLDER_UNWRITABLE', `${folder} (${String(codeOf(cause) ?? cause)})`, { cause })
  }
}

/** What a failed write of LMDB means. */
export function writeFailure(folder: string, cause: unknown, wantedBytes: number): VigilError {
  if (cause instanceof VigilError) return cause
  const code = codeOf(cause)
  if (code === 'ENOSPC' || code === MDB_MAP_FULL || code === 28 || freeBytes(folder) < FULL_BELOW_BYTES + wantedBytes) {
    return new VigilError('DISK_FULL', folder, { cause })
  }
  return new VigilError('LOG_UNAVAILABLE', `${folder} (${String(code ?? cause)})`, { cause })
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Infinity
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

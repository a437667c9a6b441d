import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { defaultConfig } from '../../src/config.ts'
import { type Log } from '../../src/ingest/log.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { readReading } from '../../src/ingest/record-check.ts'
import { clock, eventually, temporaryFolder, WardProcess } from '../live/ward-process.ts'
import { heldAgainstUndisturbed } from './comparison.ts'
import { outputsOf } from './outputs.ts'
import { type Fault, type Length, type Outcome, type RunOptions } from './fault.ts'

const DISK_MB = 300
/** Less than the log asks for to go on, more than what is being written at that moment. */
const LEFT_BYTES = 3_000_000
const BEDS = 6
/** With its end and its start the ward is away for less than a minute; a longer gap the demo ward does not make up for, and says so. */
const FULL_MS: Readonly<Record<Length, number>> = { short: 1_000, usual: 3_000, long: 10_000 }
const WINDOW = { windowSizeMs: 2_000, windowGraceMs: 500 }

function smallDisk(): string | null {
  const folder = temporaryFolder()
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder]).status === 0) return folder
  rmSync(folder, { recursive: true })
  return null
}

/** Others write meanwhile: the disk may be full before all is there, and that is what is wanted. */
function fill(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

/** The whole ward on its own log and database, on a disk that fills up: it ends, is started again, and lacks nothing. */
async function run({ seed, length }: RunOptions): Promise<Outcome> {
  const disk = smallDisk()
  if (disk === null) throw new Error('a small disk is mounted by root')
  const random = seededRandom(mixedSeed(seed, 99))
  const dataDir = join(disk, 'data')
  mkdirSync(dataDir)
  const window = ['--window-size-ms', String(WINDOW.windowSizeMs), '--window-grace-ms', String(WINDOW.windowGraceMs)]
  const demo = ['--demo', 'on', '--demo-beds', String(BEDS), '--demo-seed', String(seed), '--recordings', 'none']
  const ward = new WardProcess([...demo, ...window, '--models', ''], dataDir)
  const troubles: string[] = []
  try {
    await ward.start()
    await clock.sleep(8_000 + random() * 4_000)
    const { bavail, bsize } = statfsSync(disk)
    fill(join(disk, 'fill'), Math.max(0, bavail * bsize - LEFT_BYTES))
    await eventually('the process ends', 40_000, async () => !ward.running)
    if (!/disk of the data folder is full/.test(ward.output)) troubles.push(`it ended with ${ward.output.slice(-300)}`)
    await clock.sleep(FULL_MS[length])
    rmSync(join(disk, 'fill'))
    const freeMs = clock.nowMs()
    await ward.start()
    await clock.sleep(12_000)
    await ward.end('SIGTERM')
    return { ...(await heldAgainstLog(dataDir, freeMs)), troubles: [...troubles, ...(await gapsIn(dataDir))] }
  } finally {
    await ward.remove()
    spawnSync('umount', [disk])
    rmSync(disk, { recursive: true, force: true })
  }
}

async function heldAgainstLog(dataDir: string, freeMs: number): Promise<Omit<Outcome, 'troubles'>> {
  const config = defaultConfig({ dataDir, ...WINDOW, models: [] })
  const log = await openLog(config, clock, pino({ level: 'silent' }))
  try {
    const { verdict, recoveriesMs } = await heldAgainstUndisturbed(log, config, [freeMs])
    // The readings come from the same process: they had to wait as well.
    const next = (await outputsOf(log)).filter(
      ({ topic, appendTimeMs }) => topic === 'predictions' && appendTimeMs > freeMs,
    )
    return { verdict, recoveriesMs, recoveryMs: Math.min(...next.map(({ appendTimeMs }) => appendTimeMs)) - freeMs }
  } finally {
    await log.close()
  }
}

/** A feed numbers its readings: a number that is not in the log is a reading that acquire lost. */
async function gapsIn(dataDir: string): Promise<string[]> {
  const config = defaultConfig({ dataDir })
  const log = await openLog(config, clock, pino({ level: 'silent' }))
  try {
    const numbers = new Map<string, Set<number>>()
    for (const topic of ['vitals', 'heart-audio', 'procedure-video'] as const) await note(log, topic, numbers)
    return [...numbers].flatMap(([, seen], index) => {
      const lost = Math.max(...seen) - Math.min(...seen) + 1 - seen.size
      return lost === 0 ? [] : [`feed ${index} lacks ${lost} of its readings`]
    })
  } finally {
    await log.close()
  }
}

async function note(
  log: Log,
  topic: 'vitals' | 'heart-audio' | 'procedure-video',
  numbers: Map<string, Set<number>>,
): Promise<void> {
  for await (const record of log.readAll(topic)) {
    const read = readReading(record, { futureToleranceMs: Infinity })
    if (!read.ok) continue
    const { feedId, sequence } = read.reading.record
    numbers.set(feedId, (numbers.get(feedId) ?? new Set()).add(sequence))
  }
}

export const FULL_DISK: Fault = {
  name: 'full disk',
  recoversWithinMs: 30_000,
  leftOut: () => {
    const disk = smallDisk()
    if (disk === null) return 'a small disk is mounted by root'
    spawnSync('umount', [disk])
    return null
  },
  run,
}

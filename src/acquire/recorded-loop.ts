import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { VigilError } from '../errors.ts'
import type { Modality } from '../reading.ts'
import { openRecording, type RecordedReading } from './recording.ts'

/** Longest stretch that is kept in memory for a loop: 10 min of waveforms are about 2 MB. */
const LONGEST_MS = 600_000
/** Part of the cache's file names: another layout is another file. */
const CACHE_LAYOUT = 1

/**
 * The readings of a recording that fill their seconds, at most ten minutes of them: something that can be looped. Media are
 * decoded once and kept in `cacheFolder`. Rejects with the code of a file that cannot be
 * replayed.
 */
export async function loopOf(
  path: string | null,
  modality: Modality,
  cacheFolder: string,
): Promise<readonly RecordedReading[]> {
  if (path === null) return []
  if (modality === 'vitals') return (await decoded(path, modality)).readings
  const cached = join(cacheFolder, await cacheName(path))
  try {
    return deserialize(await readFile(cached)) as RecordedReading[]
  } catch {
    // Not there, or of a version of Node that wrote it differently: decode it again.
  }
  const { readings, whole } = await decoded(path, modality)
  // What was cut may have been cut by a failure of the moment.
  if (!whole) return readings
  try {
    await mkdir(cacheFolder, { recursive: true })
    await writeFile(`${cached}.${process.pid}`, serialize(readings))
    await rename(`${cached}.${process.pid}`, cached)
  } catch {
    // A cache that cannot be written costs the next start some seconds and nothing else.
  }
  return readings
}

async function decoded(path: string, modality: Modality): Promise<{ readings: RecordedReading[]; whole: boolean }> {
  const opened = await openRecording(path, { modality })
  if (!opened.ok) throw new VigilError(opened.code, opened.detail)
  const readings: RecordedReading[] = []
  for await (const reading of opened.recording.read()) {
    if (reading.offsetMs >= LONGEST_MS) break
    // A rest of a second would leave a hole at the seam.
    if (reading.lengthMs === 0 || reading.lengthMs === 1000) readings.push(reading)
  }
  return { readings, whole: opened.recording.fault() === null }
}

async function cacheName(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  const identity = `${CACHE_LAYOUT}|${path}|${size}|${mtimeMs}`
  return `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.loop`
}

import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { waveformCodes } from './signal-labels.ts'
import { parseWfdbHeader } from './wfdb-header.ts'

/** The recordings one demo bed replays; null: the folder has none of the kind. */
export interface WardRecordings {
  waveforms: string | null
  numerics: string | null
  heartSound: string | null
  film: string | null
}

/** Shorter waveforms would show their seam too often. */
const SHORTEST_WAVEFORM_S = 60
/** Neighbours in a sorted list are often of one patient: step over them. */
const STRIDE = 37

/**
 * Chooses recordings for beds from what lies in a folder laid out as vitals/, heart-sound/ and video/. Depends on the
 * folder's content and the bed's number alone; never on a file's name.
 */
export async function chooseRecordings(folder: string, beds: readonly number[]): Promise<WardRecordings[]> {
  const waveforms = await waveformRecords(join(folder, 'vitals'))
  const numerics = await filesBelow(join(folder, 'vitals'), /_numerics\.csv$/i)
  const heartSounds = await filesBelow(join(folder, 'heart-sound'), /\.(flac|wav)$/i)
  const films = await bySize(await filesBelow(join(folder, 'video'), /\.(mp4|avi|mpe?g|mkv)$/i))
  return beds.map((bed) => ({
    waveforms: waveforms[bed % Math.max(1, waveforms.length)] ?? null,
    numerics: numerics[(bed * STRIDE) % Math.max(1, numerics.length)] ?? null,
    heartSound: heartSounds[(bed * STRIDE) % Math.max(1, heartSounds.length)] ?? null,
    film: films[bed % Math.max(1, films.length)] ?? null,
  }))
}

/** Plain WFDB records that show an ECG for a minute, those with the most signals first. */
async function waveformRecords(folder: string): Promise<string[]> {
  const found: { path: string; signals: number }[] = []
  const paths = new Set(await filesBelow(folder, /\.(hea|dat|mat)$/i))
  // Most headers of a collection of packed records have nothing plain beside them.
  const plain = [...paths].filter((path) => path.endsWith('.hea') && paths.has(path.replace(/hea$/, 'dat')))
  for (const path of plain) {
    const parsed = parseWfdbHeader(await readFile(path, 'utf8').catch(() => ''))
    if (!parsed.ok || parsed.header.segments !== null) continue
    const { signals, frames, framesPerSecond } = parsed.header
    const hasEcg = waveformCodes(signals.map((signal) => signal.label)).includes('ecg')
    if (!hasEcg || framesPerSecond < 50 || (frames ?? 0) < SHORTEST_WAVEFORM_S * framesPerSecond) continue
    const files = signals.map((signal) => join(path, '..', signal.fileName))
    const there = await Promise.all(files.map((file) => stat(file).catch(() => null)))
    if (there.every((each) => each !== null)) found.push({ path, signals: signals.length })
  }
  return found.toSorted((a, b) => b.signals - a.signals).map(({ path }) => path)
}

/** The largest first: a film of two seconds makes a poor demonstration. */
async function bySize(paths: readonly string[]): Promise<string[]> {
  const sized = await Promise.all(paths.map(async (path) => ({ path, bytes: (await stat(path)).size })))
  return sized.toSorted((a, b) => b.bytes - a.bytes).map(({ path }) => path)
}

async function filesBelow(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
